const LEAST_LENGTH = 32;
/** A random secret of 32 hexadecimal digits has fewer different ones about once in five billion. */
const LEAST_VARIETY = 7;
const LONGEST_BLOCK = 16;
/** What stands in documentation and templates, to be replaced. */
const PLACEHOLDER =
  /change.?(me|this)|replace.?(me|this)|your.?(jwt.?)?secret|super.?secret|example|openssl rand/i;
/** The key in FastAPI's own tutorial, which systems built by it tend to keep. */
const PUBLISHED = ["09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7"];

/** Says why a secret can be guessed, in words that repeat nothing of it, or gives null. */
export function weaknessOf(secret: string): string | null {
  if (secret.length < LEAST_LENGTH) return `is shorter than ${LEAST_LENGTH} characters`;
  if (new Set(secret).size < LEAST_VARIETY) return "has too few different characters";
  if (isRepetition(secret)) return "is one short block, repeated";
  if (PUBLISHED.includes(secret.toLowerCase()) || PLACEHOLDER.test(secret))
    return "is an example and no secret";
  return null;
}

/** Whether a block of at most 16 characters, again and again, gives the whole text. */
function isRepetition(text: string): boolean {
  for (let size = 1; size <= LONGEST_BLOCK; size += 1) {
    if (text.startsWith(text.slice(size))) return true;
  }
  return false;
}
