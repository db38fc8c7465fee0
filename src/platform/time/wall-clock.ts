import type { OwnDate } from "./dates.ts";
import { fromEpochDay, toEpochDay } from "./dates.ts";
import type { Instant } from "./instant.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./instant.ts";
import { offsetSpanAt } from "./offsets.ts";

/** No clock was ever further ahead of UTC (Alaska before 1867: 15 h 13 min). */
export const FARTHEST_EAST_MS = 16 * HOUR_MS;

/** What a wall clock in `timezone` reads at an instant: the calendar date and the minute of it (0-1439). */
export function wallClockAt(instant: Instant, timezone: string): { date: OwnDate; minute: number } {
  const local = instant + offsetSpanAt(instant, timezone).offset_ms;
  const day = Math.floor(local / DAY_MS);
  return { date: fromEpochDay(day), minute: Math.floor((local - day * DAY_MS) / MINUTE_MS) };
}

/**
 * The first instant at which a wall clock in `timezone` reads `minute` (0-1439) of `date` or later.
 * Where the clock skips that reading, the moment it skips; where it shows it twice, the earlier one;
 * where it skips the whole date (Samoa, 2011-12-30), the moment it lands in the next.
 */
export function firstInstantOf(date: OwnDate, minute: number, timezone: string): Instant {
  return firstInstantOfDay(toEpochDay(date), minute, timezone);
}

/** As `firstInstantOf`, for a date given in days since 1970-01-01. */
export function firstInstantOfDay(day: number, minute: number, timezone: string): Instant {
  const reading = day * DAY_MS + minute * MINUTE_MS;
  let span = offsetSpanAt(reading - FARTHEST_EAST_MS, timezone);
  while (span.until + span.offset_ms <= reading) span = offsetSpanAt(span.until, timezone);
  return Math.max(span.from, reading - span.offset_ms);
}
