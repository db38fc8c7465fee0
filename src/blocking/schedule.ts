import { fromEpochDay, toEpochDay, weekdayOf } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import { firstInstantOfDay, wallClockAt } from "../platform/time/wall-clock.ts";
import { IntervalSet } from "../platform/time/interval-set.ts";
import type { ScheduleWindow } from "./rule.ts";

/** When windows are open, UTC ms: [starts_at, ends_at). */
export type OpenStretch = { starts_at: Instant; ends_at: Instant };

/**
 * When any window of a schedule is open within [from, until): in order, windows that overlap or touch
 * joined into one. Windows go by the wall clock of the zone in force at each instant and by its civil
 * dates, whatever the day start. A window opens and closes when the clock first reads its times, or
 * skips them: one that lies within a skipped hour does not open, one over a repeated hour lasts longer.
 * Throws a RangeError for an empty history or an unknown zone.
 */
export function openStretches(
  schedule: readonly ScheduleWindow[],
  from: Instant,
  until: Instant,
  history: DayHistory,
): OpenStretch[] {
  if (schedule.length === 0) return [];
  const open = new IntervalSet();
  for (const [index, { timezone, since }] of history.entries()) {
    const starts_at = index === 0 ? from : Math.max(from, since);
    const ends_at = Math.min(until, history[index + 1]?.since ?? Infinity);
    if (starts_at < ends_at) addWithin(open, schedule, { starts_at, ends_at }, timezone);
  }
  return open.intervals().map(({ start, end }) => ({ starts_at: start, ends_at: end }));
}

/** Adds what of the windows lies within a stretch, all of it in one zone. */
function addWithin(
  open: IntervalSet,
  schedule: readonly ScheduleWindow[],
  within: OpenStretch,
  timezone: string,
): void {
  // The day before may reach over midnight; the one after has begun where a clock was set back over it.
  const first = toEpochDay(wallClockAt(within.starts_at, timezone).date) - 1;
  const last = toEpochDay(wallClockAt(within.ends_at, timezone).date) + 1;
  for (let day = first; day <= last; day += 1) {
    const weekday = weekdayOf(fromEpochDay(day));
    for (const { days, start_minute, end_minute } of schedule) {
      if (!days.includes(weekday)) continue;
      const endDay = end_minute > start_minute ? day : day + 1;
      const starts_at = firstInstantOfDay(day, start_minute, timezone);
      const ends_at = firstInstantOfDay(endDay, end_minute, timezone);
      const start = Math.max(starts_at, within.starts_at);
      const end = Math.min(ends_at, within.ends_at);
      if (start < end) open.add(start, end);
    }
  }
}
