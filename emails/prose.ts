const MAX_SUBJECT_CODE_POINTS = 120;
const ZERO_WIDTH_SPACE = "\u200b";

/**
 * A text as one line: line breaks and other control characters become blanks, invisible format
 * characters (direction overrides, zero-width spaces) go; the joiners that emoji and several
 * scripts need stay. A name can so neither add a line to a mail nor turn its text around.
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/(?![\u200c\u200d])\p{Cf}/gu, "")
    .replace(/ {2,}/g, " ")
    .trim();
}

/**
 * One line of running text in which nothing becomes a link by itself. Anyone can register with
 * somebody else's address and a web address as their name; mail programs would link it.
 */
export function prose(text: string): string {
  return oneLine(text)
    .replace(/(?<=[\p{L}\p{N}\p{M}-])[.。．｡](?=\p{L})/gu, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/:(?=\/\/)|@/g, `$&${ZERO_WIDTH_SPACE}`);
}

/** A subject: one line of at most 120 code points, cut with an ellipsis. */
export function subjectLine(text: string): string {
  const characters = [...oneLine(text)];
  if (characters.length <= MAX_SUBJECT_CODE_POINTS) return characters.join("");
  return `${characters
    .slice(0, MAX_SUBJECT_CODE_POINTS - 1)
    .join("")
    .trimEnd()}…`;
}

/** Whether a name shows anything at all once it is printed. */
export function isPrintable(name: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(name);
}
