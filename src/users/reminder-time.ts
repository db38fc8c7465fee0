import { addDays } from "../platform/time/dates.ts";
import { MINUTE_MS, type Instant } from "../platform/time/instant.ts";
import { firstInstantOf, wallClockAt } from "../platform/time/wall-clock.ts";

/** When somebody wants their reminder: `HH:MM` on the wall clock of their zone. */
export type ReminderTime = { timezone: string; reminder_time: string };

/** Reminders go out by windows of so long; all clocks differ from UTC by whole ones. */
export const WINDOW_MS = 15 * MINUTE_MS;

/**
 * The next instant after `after` at which somebody's reminder is due: the quarter of an hour that
 * holds their minute. Where the clock skips that minute it is when it skips; where it shows it twice,
 * the first time.
 */
export function nextReminderAt(after: Instant, { timezone, reminder_time }: ReminderTime): Instant {
  const [hour = 0, minute = 0] = reminder_time.split(":").map(Number);
  let { date } = wallClockAt(after, timezone);
  for (;;) {
    const at = firstInstantOf(date, hour * 60 + minute, timezone);
    const due = Math.floor(at / WINDOW_MS) * WINDOW_MS;
    if (due > after) return due;
    date = addDays(date, 1);
  }
}
