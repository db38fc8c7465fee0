import type { OwnDate, Weekday } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { Category } from "../catalogue/index.ts";
import type { AppSeconds, DayBook } from "./day-book.ts";

/** The counters of one own date, largest first; nothing that counts 0 s is in the lists. */
export type DayCounters = {
  date: OwnDate;
  total_seconds: number;
  apps: AppSeconds[];
  categories: { category: Category; seconds: number }[];
};

/** The counters of a user's current own day. */
export type Today = DayCounters & {
  day_ends_at: Instant;
  devices: { device_id: string; seconds: number }[];
};

/** What statistics need of the user's object: the days that MySQL may not know as they stand. */
export type LiveDays = {
  /** The user's current own date, always among the days. */
  today: OwnDate;
  week_start: Weekday;
  days: DayCounters[];
  /** Those of the dates on which anything was reported. */
  reported: OwnDate[];
};

/** Reads a date's counters out of its book. */
export function countersOf(date: OwnDate, book: DayBook): DayCounters {
  return {
    date,
    total_seconds: book.total_seconds,
    apps: book.apps().filter(isUsed),
    categories: book.categories().filter(isUsed),
  };
}

/** Reads the current day's counters; the day ends at the UTC instant `day_ends_at`. */
export function todayOf(date: OwnDate, book: DayBook, day_ends_at: Instant): Today {
  return { ...countersOf(date, book), day_ends_at, devices: book.devices().filter(isUsed) };
}

const isUsed = (row: { seconds: number }) => row.seconds > 0;
