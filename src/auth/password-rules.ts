import { commonPasswords } from "./common-passwords.ts";

/** Why a password is refused; the rule is the contract's for POST /auth/register. */
export type PasswordProblem = "too_short" | "too_long" | "too_common" | "is_address" | "not_text";

const MIN_CODE_POINTS = 10;
const MAX_CODE_POINTS = 256;
/** Composing shrinks a text to no less than a quarter, and a code point has at most two units. */
const MAX_CODE_UNITS_BEFORE_COMPOSING = MAX_CODE_POINTS * 4 * 2;

let common: ReadonlySet<string> | null = null;

function commonSet(): ReadonlySet<string> {
  common ??= new Set(commonPasswords.trim().split(/\s+/));
  return common;
}

/** A text as it is compared: full-width and other look-alike forms folded, in lower case. */
function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/**
 * A password as it is counted and hashed (NFC): the same word typed on two keyboards, one of
 * which sends é as e and an accent, is the same password.
 */
export function normalizedPassword(password: string): string {
  return password.normalize("NFC");
}

/** Whether a password is one of the 3,000 commonest of at least 10 characters, in any case. */
export function isCommonPassword(password: string): boolean {
  return commonSet().has(folded(password));
}

/**
 * The first thing that is wrong with a new password for the account of `email`, or null: it is no
 * text (NUL, half a surrogate pair), has fewer than 10 or more than 256 code points, is one of the
 * 3,000 commonest, or is the address itself, blanks around it and case aside.
 */
export function passwordProblem(password: string, email: string): PasswordProblem | null {
  if (!password.isWellFormed() || password.includes("\0")) return "not_text";
  // Composing is slow on long runs of accents, so a text that cannot fit never gets there.
  if (password.length > MAX_CODE_UNITS_BEFORE_COMPOSING) return "too_long";
  const codePoints = [...normalizedPassword(password)].length;
  if (codePoints < MIN_CODE_POINTS) return "too_short";
  if (codePoints > MAX_CODE_POINTS) return "too_long";
  if (isCommonPassword(password)) return "too_common";
  if (folded(password).trim() === folded(email).trim()) return "is_address";
  return null;
}
