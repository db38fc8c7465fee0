import { defineErrors } from "../platform/errors.ts";

export const authErrors = defineErrors({
  invalid_credentials: { kind: "unauthenticated", title: "The address or the password is wrong" },
  email_not_verified: { kind: "forbidden", title: "The address has not been confirmed yet" },
  too_many_attempts: { kind: "too_many", title: "Too many attempts" },
  refresh_token_invalid: { kind: "unauthenticated", title: "The refresh token is not valid" },
  token_reused: {
    kind: "unauthenticated",
    title: "The refresh token was used before; its session has ended",
  },
  token_invalid: { kind: "malformed", title: "The token is unknown, used or expired" },
});
