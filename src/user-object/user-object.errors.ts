import { defineErrors } from "../platform/errors.ts";

export const userObjectErrors = defineErrors({
  too_many_own_sockets: { kind: "too_many", title: "The caller has too many sockets open" },
});
