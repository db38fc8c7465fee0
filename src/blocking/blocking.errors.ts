import { defineErrors } from "../platform/errors.ts";

export const blockingErrors = defineErrors({
  reset_quota: { kind: "conflict", title: "The rule was reset three times today" },
  rule_is_strict: { kind: "conflict", title: "A strict rule cannot be reset" },
  too_many_rules: { kind: "conflict", title: "The caller has too many rules" },
});
