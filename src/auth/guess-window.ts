import { DAY_MS, MINUTE_MS, SECOND_MS, type Instant } from "../platform/time/instant.ts";

/** SECURITY.md: guesses at one account reach the hash at most 100 times a day. */
export const GUESSES_PER_DAY = 100;
/** This many may come at once: people mistype. */
const FREE_GUESSES = 10;
const LONGEST_PAUSE_MS = 15 * MINUTE_MS;

/** Whether a guess may reach the hash: yes, and the guesses to remember; or no, and ms until the next may. */
export type Verdict = { allowed: true; guesses: Instant[] } | { allowed: false; wait_ms: number };

/**
 * Decides on a guess at the instant `now`, after the guesses remembered so far (UTC ms, oldest first).
 * After ten, each has to wait twice as long as the one before, a quarter of an hour at most; after a
 * hundred in a day, until the oldest is a day old.
 */
export function judgeGuess(remembered: readonly Instant[], now: Instant): Verdict {
  const guesses = remembered.filter((at) => at > now - DAY_MS);
  const oldest = guesses[0];
  const latest = guesses.at(-1);
  if (oldest !== undefined && guesses.length >= GUESSES_PER_DAY) {
    return { allowed: false, wait_ms: oldest + DAY_MS - now };
  }
  const next = latest === undefined ? now : latest + pauseAfter(guesses.length);
  if (next > now) return { allowed: false, wait_ms: next - now };
  return { allowed: true, guesses: [...guesses, now] };
}

function pauseAfter(guesses: number): number {
  const beyond = guesses - FREE_GUESSES;
  return beyond < 0 ? 0 : Math.min(LONGEST_PAUSE_MS, SECOND_MS * 2 ** beyond);
}
