import { addDays, type OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { dayBounds, ownDateAt, type DayHistory } from "../platform/time/own-day.ts";
import { doneWithBefore, FURTHEST_END_MS } from "./acceptance.ts";

/**
 * The own dates that something may have been reported for by `now`, and that begin or end at another
 * instant since their owner's day rules changed from `before` to `after`: no counter of theirs may
 * exceed the day as it is now.
 */
export function movedDates(before: DayHistory, after: DayHistory, now: Instant): OwnDate[] {
  if (before.length === 0 || after.length === 0 || isSame(before, after)) return [];
  const until = now + FURTHEST_END_MS;
  const first = doneWithBefore(now, after).date;
  const last = later(ownDateAt(until, before), ownDateAt(until, after));
  const dates: OwnDate[] = [];
  for (let date = first; date <= last; date = addDays(date, 1)) {
    const [was, is] = [dayBounds(date, before), dayBounds(date, after)];
    if (was.starts_at !== is.starts_at || was.ends_at !== is.ends_at) dates.push(date);
  }
  return dates;
}

function isSame(before: DayHistory, after: DayHistory): boolean {
  return (
    before.length === after.length &&
    before.every(({ since, timezone, day_start_minute }, index) => {
      const other = after[index];
      return (
        other?.since === since &&
        other.timezone === timezone &&
        other.day_start_minute === day_start_minute
      );
    })
  );
}

function later(a: OwnDate, b: OwnDate): OwnDate {
  return a > b ? a : b;
}
