import { addDays, type OwnDate } from "../platform/time/dates.ts";
import { ownDateAt, type DayHistory } from "../platform/time/own-day.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from "../platform/time/instant.ts";

/** API.md: starts no more than 31 days ago, ends no more than 5 minutes ahead, lasts 1 s to 24 h. */
const OLDEST_DAYS = 31;
export const OLDEST_START_MS = OLDEST_DAYS * DAY_MS;
export const FURTHEST_END_MS = 5 * MINUTE_MS;
const LONGEST_MS = 24 * HOUR_MS;
/**
 * How long items are kept behind those that are still taken: an interval that reaches back a day, and
 * a day of 26 h in a zone 26 h away, must still find all that shares its day.
 */
const KEPT_DAYS = OLDEST_DAYS + 4;

/** Days that began since then are still held as a whole, in whatever zone they count. */
const HELD_WHOLE_DAYS = KEPT_DAYS - 2;

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

/** Says why nothing is taken for an own date at the instant `now`, or null where it is: dates reach as far back as intervals. */
export function refusalOfDate(
  date: OwnDate,
  now: Instant,
  history: DayHistory,
): "too_old" | "in_the_future" | null {
  if (date > ownDateAt(now + FURTHEST_END_MS, history)) return "in_the_future";
  return date < addDays(ownDateAt(now, history), -OLDEST_DAYS) ? "too_old" : null;
}

/** Before which instant and own date no item can matter any more to what may still come in. */
export function doneWithBefore(
  now: Instant,
  history: DayHistory,
): { instant: Instant; date: OwnDate } {
  const instant = now - KEPT_DAYS * DAY_MS;
  return { instant, date: addDays(ownDateAt(now, history), -KEPT_DAYS) };
}

/** Whether all days that an item touches which starts at an instant are still held as a whole. */
export function isHeldWhole(started_at: Instant, now: Instant): boolean {
  return started_at >= now - HELD_WHOLE_DAYS * DAY_MS;
}
