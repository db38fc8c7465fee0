/** `%`, `_` and `\` stand for themselves in what somebody searches for with LIKE. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}
