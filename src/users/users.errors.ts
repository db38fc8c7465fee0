import { defineErrors } from "../platform/errors.ts";

export const usersErrors = defineErrors({
  last_admin: { kind: "conflict", title: "There must be another active administrator" },
});
