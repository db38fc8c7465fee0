/** 32 letters and digits, none of which looks like another (no I, O, 0, 1): 40 bits a code. */
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** How many characters a code has, and how many random bytes it takes to make one. */
export const INVITE_CODE_LENGTH = 8;

/** Makes a code of `INVITE_CODE_LENGTH` random bytes, each letter as likely as any other. */
export function inviteCodeOf(random: Uint8Array): string {
  return Array.from(random.subarray(0, INVITE_CODE_LENGTH), (byte) => ALPHABET[byte & 31]).join("");
}

/** A code as somebody typed it, in the form it is stored in; null for what cannot be one. */
export function readInviteCode(typed: string): string | null {
  // ASCII before anything becomes upper case: "ı" and "ſ" must not turn into letters of a code. Blanks
  // around it are the keyboard's; `trim` would take more than those off.
  const code = /^[ \t\r\n]*([A-Za-z0-9]+)[ \t\r\n]*$/.exec(typed)?.[1] ?? "";
  if (code.length !== INVITE_CODE_LENGTH) return null;
  const upper = code.toUpperCase();
  return [...upper].every((character) => ALPHABET.includes(character)) ? upper : null;
}
