import type { OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { dayBounds, ownDateAt, type DayHistory } from "../platform/time/own-day.ts";
import type { DayBook } from "./day-book.ts";
import type { Category } from "./items.ts";

/** The counters of a user's current own day, largest first. */
export type Today = {
  date: OwnDate;
  day_ends_at: Instant;
  total_seconds: number;
  apps: { app: string; name: string | null; category: Category; seconds: number }[];
  categories: { category: Category; seconds: number }[];
  devices: { device_id: string; seconds: number }[];
};

/** Reads the current day's counters at the instant `now`. */
export function todayOf(
  ledger: { book(date: OwnDate): DayBook },
  history: DayHistory,
  now: Instant,
): Today {
  const date = ownDateAt(now, history);
  const book = ledger.book(date);
  return {
    date,
    day_ends_at: dayBounds(date, history).ends_at,
    total_seconds: book.total.seconds,
    apps: [...book.apps]
      .map(([app, { set, name, category }]) => ({ app, name, category, seconds: set.seconds }))
      .sort(largestFirst),
    categories: [...book.categories]
      .map(([category, set]) => ({ category, seconds: set.seconds }))
      .sort(largestFirst),
    devices: [...book.devices]
      .map(([device_id, set]) => ({ device_id, seconds: set.seconds }))
      .sort(largestFirst),
  };
}

const largestFirst = (a: { seconds: number }, b: { seconds: number }) => b.seconds - a.seconds;
