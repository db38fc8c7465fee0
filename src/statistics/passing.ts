import { addDays, dayCount, type OwnDate } from "../platform/time/dates.ts";

/** Sums of an own date: over everybody in all, or over one app's users. */
export type UsageSum = {
  date: OwnDate;
  scope: "total" | "app";
  name: string;
  label: string | null;
  category: string | null;
  seconds: number;
  people: number;
};

/** Opaque sets of a phone's own are one thing each: what matters of them is how much they are together. */
const SET_PREFIX = "set:";
/** Of each date so many apps are kept by name, twice as many as are ever shown; the rest stands in the total alone. */
export const APPS_KEPT = 200;
/** Rows of days that one page reads at most, about: an app a line. */
const DAYS_A_PAGE = 15_000;

/** The own dates that phones can be in at a UTC date: a day to either side. */
export function datesAround(utc_date: OwnDate): { first: OwnDate; last: OwnDate } {
  return { first: addDays(utc_date, -1), last: addDays(utc_date, 1) };
}

/**
 * The own dates that late reports may still move, those of the last 31 days and a day for travellers,
 * and those of a week before: nobody may have counted them since they moved.
 */
export function movableDates(utc_date: OwnDate): { first: OwnDate; last: OwnDate } {
  return { first: addDays(utc_date, -40), last: addDays(utc_date, 1) };
}

/** How many users a page takes, so that its work does not grow with the dates of its pass. */
export function usersAPage(first: OwnDate, last: OwnDate): number {
  return Math.max(100, Math.floor(DAYS_A_PAGE / dayCount(first, last)));
}

/** Folds all opaque sets of a date into one line. */
export function foldSets(sums: readonly UsageSum[]): UsageSum[] {
  const folded = new Map<OwnDate, UsageSum>();
  const kept: UsageSum[] = [];
  for (const sum of sums) {
    if (sum.scope !== "app" || !sum.name.startsWith(SET_PREFIX)) {
      kept.push(sum);
      continue;
    }
    const set = folded.get(sum.date) ?? {
      ...sum,
      name: SET_PREFIX,
      label: null,
      category: "other",
      seconds: 0,
      people: 0,
    };
    set.seconds += sum.seconds;
    set.people += sum.people;
    folded.set(sum.date, set);
  }
  return [...kept, ...folded.values()];
}
