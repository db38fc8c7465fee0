import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from "../platform/time/instant.ts";

/** API.md: starts no more than 31 days ago, ends no more than 5 minutes ahead, lasts 1 s to 24 h. */
export const OLDEST_START_MS = 31 * DAY_MS;
const FURTHEST_END_MS = 5 * MINUTE_MS;
const LONGEST_MS = 24 * HOUR_MS;

export type RefusedInterval = "too_old" | "in_the_future" | "too_short" | "too_long";

/** Says why an interval (UTC ms) is not taken at the server's instant `now`, or null where it is. */
export function refusalOf(
  started_at: Instant,
  ended_at: Instant,
  now: Instant,
): RefusedInterval | null {
  if (ended_at - started_at < SECOND_MS) return "too_short";
  if (ended_at - started_at > LONGEST_MS) return "too_long";
  if (started_at < now - OLDEST_START_MS) return "too_old";
  if (ended_at > now + FURTHEST_END_MS) return "in_the_future";
  return null;
}
