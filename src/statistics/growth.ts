import {
  addDays,
  daysFromTo,
  toEpochDay,
  weekStart,
  type OwnDate,
} from "../platform/time/dates.ts";

export const INTERVALS = ["day", "week", "month"] as const;
export type Interval = (typeof INTERVALS)[number];

/** What happened on a UTC day. */
export type Moves = { registered: number; confirmed: number; deleted: number };
/** The same, with the confirmed accounts there were at its end. */
export type GrowthDay = Moves & { date: OwnDate; total: number };
export type GrowthPeriod = Moves & { start: OwnDate; end: OwnDate; total: number };

const NONE: Moves = { registered: 0, confirmed: 0, deleted: 0 };
const MONDAY = 1;

/**
 * Every day from `from` to `to`, with the total at its end reckoned backwards from `total_now`, the
 * confirmed accounts at the end of `to`. Days that `moves` does not name had none.
 */
export function withTotals(
  from: OwnDate,
  to: OwnDate,
  moves: ReadonlyMap<OwnDate, Moves>,
  total_now: number,
): GrowthDay[] {
  let total = total_now;
  const days = daysFromTo(from, to)
    .reverse()
    .map((date) => {
      const moved = moves.get(date) ?? NONE;
      const day = { date, ...moved, total };
      total = Math.max(0, total - moved.confirmed + moved.deleted);
      return day;
    });
  return days.reverse();
}

/** Sums days into periods, which begin on Mondays or on the first of a month; the ends are cut to the days given. */
export function inPeriods(days: readonly GrowthDay[], interval: Interval): GrowthPeriod[] {
  const periods: GrowthPeriod[] = [];
  for (const day of days) {
    const current = periods.at(-1);
    if (current && periodOf(current.start, interval) === periodOf(day.date, interval)) {
      current.end = day.date;
      current.registered += day.registered;
      current.confirmed += day.confirmed;
      current.deleted += day.deleted;
      current.total = day.total;
    } else {
      const { date, ...moved } = day;
      periods.push({ start: date, end: date, ...moved });
    }
  }
  return periods;
}

function periodOf(date: OwnDate, interval: Interval): string {
  switch (interval) {
    case "day":
      return date;
    case "week":
      return weekStart(date, MONDAY);
    case "month":
      return date.slice(0, 7);
  }
}

/** The days that are still missing after `last`, the newest that stands, up to `to`; null where none is. */
export function openSpan(
  last: OwnDate | null,
  first_account: OwnDate | null,
  to: OwnDate,
): { from: OwnDate; to: OwnDate } | null {
  const from = last === null ? first_account : addDays(last, 1);
  return from === null || toEpochDay(from) > toEpochDay(to) ? null : { from, to };
}
