import type { OwnDate } from "../platform/time/dates.ts";
import type { ReportedDay } from "./scoring.ts";

/** An own day as a board keeps it: its date, its seconds, 1 where it was reported, and by which report. */
export type ToldDay = [date: OwnDate, seconds: number, reported: 0 | 1, version: number];

/** Reads the days out of the JSON in which they are kept, or in which MySQL gives them. */
export function toldDaysIn(kept: string | null): ToldDay[] {
  return kept === null ? [] : (JSON.parse(kept) as ToldDay[]);
}

/** The days with those that are new or were told by a newer report; null where that changes nothing. */
export function withNewer(known: readonly ToldDay[], told: readonly ToldDay[]): ToldDay[] | null {
  const days = new Map(known.map((day) => [day[0], day]));
  let isNewer = false;
  for (const day of told) {
    const before = days.get(day[0]);
    if (before && before[3] >= day[3]) continue;
    days.set(day[0], day);
    isNewer = true;
  }
  return isNewer ? [...days.values()] : null;
}

/** The days as scoring takes them. */
export function reportedDays(days: readonly ToldDay[]): ReportedDay[] {
  return days.map(([date, seconds, reported]) => ({ date, seconds, reported: reported === 1 }));
}
