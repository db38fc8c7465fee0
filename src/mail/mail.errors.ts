import { defineErrors } from "../platform/errors.ts";

export const mailErrors = defineErrors({
  webhook_secret_wrong: { kind: "unauthenticated", title: "The webhook's secret is not right" },
});
