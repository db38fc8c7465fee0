import { invalidField } from "../platform/errors.ts";
import { passwordProblem, type PasswordProblem } from "./password-rules.ts";

const messages: Record<PasswordProblem, string> = {
  too_short: "must have at least 10 characters",
  too_long: "must have at most 256 characters",
  too_common: "is one of the commonest passwords",
  is_address: "must not be your address",
  not_text: "must be plain text",
};

/** Makes sure that a new password is good enough for the account of `email`. Raises `invalid_fields` naming `field`. */
export function requireGoodPassword(field: string, password: string, email: string): void {
  const problem = passwordProblem(password, email);
  if (problem !== null) throw invalidField(field, messages[problem]);
}
