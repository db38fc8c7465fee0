import { HOUR_MS, type Instant } from "../platform/time/instant.ts";

/** API.md: ten wrong invite codes an hour a user. */
export const WRONG_CODES_PER_HOUR = 10;

/** A try that counts as wrong until it is known to be right; `at` in UTC ms. */
export type CodeTry = { id: string; at: Instant };

/** Whether a code may be tried: yes, and the tries to remember; or no, and ms until one may. */
export type Verdict = { allowed: true; tries: CodeTry[] } | { allowed: false; wait_ms: number };

/**
 * Decides on the try `id` at the instant `now`, after the tries remembered so far (oldest first). A
 * try that is asked for twice counts once.
 */
export function judgeTry(remembered: readonly CodeTry[], id: string, now: Instant): Verdict {
  const tries = remembered.filter(({ at }) => at > now - HOUR_MS);
  if (tries.some((known) => known.id === id)) return { allowed: true, tries };
  const oldest = tries[0];
  if (oldest !== undefined && tries.length >= WRONG_CODES_PER_HOUR) {
    return { allowed: false, wait_ms: oldest.at + HOUR_MS - now };
  }
  return { allowed: true, tries: [...tries, { id, at: now }] };
}
