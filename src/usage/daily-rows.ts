import type { OwnDate } from "../platform/time/dates.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import { splitByOwnDay, type DayHistory } from "../platform/time/own-day.ts";
import type { DayBook } from "./day-book.ts";
import type { HeldItem } from "./items.ts";

/** One absolute counter of a day; `label` is an app's name. */
export type DailyRow = {
  date: OwnDate;
  scope: "total" | "category" | "app" | "device";
  name: string;
  seconds: number;
  category: string | null;
  label: string | null;
};

/** The own dates that an item touches. */
export function ownDatesOf(item: HeldItem, history: DayHistory): OwnDate[] {
  if (item.kind !== "interval") return [item.date];
  return splitByOwnDay(item.started_s * SECOND_MS, item.ended_s * SECOND_MS, history).map(
    (piece) => piece.date,
  );
}

/**
 * The counters that these items, and dates that were vouched for, may have moved, as they stand now:
 * absolute, each once. A day that has a row was reported, if only as one without usage.
 */
export function dailyRows(
  items: readonly HeldItem[],
  vouched: readonly OwnDate[],
  history: DayHistory,
  bookOf: (date: OwnDate) => DayBook,
): DailyRow[] {
  const rows = new Map<string, DailyRow>();
  for (const date of vouched) {
    rows.set(`${date}/total/`, { date, ...counter("total", "", bookOf(date).total_seconds) });
  }
  const whole = new Set<OwnDate>();
  for (const item of items) {
    for (const date of ownDatesOf(item, history)) {
      const book = bookOf(date);
      // Where sums and unions meet, or something was taken out, an item may move every counter.
      const isWhole = book.isMixed(item.device_id) || item.deleted_at !== null;
      const moved = isWhole && !whole.has(date) ? wholeDay(book) : [];
      if (isWhole) whole.add(date);
      for (const row of [...moved, ...countersOf(item, book)]) {
        rows.set(`${date}/${row.scope}/${row.name}`, { date, ...row });
      }
    }
  }
  return [...rows.values()];
}

type Counter = Omit<DailyRow, "date">;

function countersOf({ app, category, device_id }: HeldItem, book: DayBook): Counter[] {
  const label = book.label(app);
  return [
    counter("total", "", book.total_seconds),
    counter("app", app, book.appSeconds(app), label?.category ?? category, label?.name ?? null),
    counter("category", category, book.categorySeconds(category)),
    counter("device", device_id, book.deviceSeconds(device_id)),
  ];
}

function wholeDay(book: DayBook): Counter[] {
  return [
    ...book.apps().map((row) => counter("app", row.app, row.seconds, row.category, row.name)),
    ...book.categories().map((row) => counter("category", row.category, row.seconds)),
    ...book.devices().map((row) => counter("device", row.device_id, row.seconds)),
  ];
}

function counter(
  scope: Counter["scope"],
  name: string,
  seconds: number,
  category: string | null = null,
  label: string | null = null,
): Counter {
  return { scope, name, seconds, category, label };
}
