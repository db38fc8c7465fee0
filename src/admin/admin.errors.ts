import { defineErrors } from "../platform/errors.ts";

export const adminErrors = defineErrors({
  not_oneself: {
    kind: "conflict",
    title: "Administrators do not change their own powers, nor end their own accounts, this way",
  },
});
