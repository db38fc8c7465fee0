import { addDays, daysFromTo, type OwnDate } from "../platform/time/dates.ts";
import type { Category } from "../catalogue/index.ts";
import type { AppSeconds } from "./day-book.ts";
import type { DailyRow } from "./daily-rows.ts";
import type { DayCounters } from "./today.ts";

/** An app's sum over a span of days, and on how many of them it was used. */
export type AppSum = AppSeconds & { days_used: number };
/** The same with its part of the sum over all apps, 0 to 1. */
export type AppShare = AppSum & { share: number };

/** A week of own days beside the one before it. */
export type Week = {
  week_start: OwnDate;
  week_end: OwnDate;
  total_seconds: number;
  /** Over the days that have begun. */
  daily_average_seconds: number;
  previous_total_seconds: number;
  /** Of the total against the week before; null where that holds nothing. */
  change_percent: number | null;
  days: { date: OwnDate; total_seconds: number }[];
  top_apps: AppShare[];
};

/**
 * The days from `from` to `to`, each once and in order, empty ones as 0: the rows of MySQL, but for
 * the days that the user's object gave, which are newer.
 */
export function daysOf(
  from: OwnDate,
  to: OwnDate,
  rows: readonly DailyRow[],
  live: readonly DayCounters[],
): DayCounters[] {
  const days = new Map<OwnDate, DayCounters>();
  for (const date of daysFromTo(from, to)) {
    days.set(date, { date, total_seconds: 0, apps: [], categories: [] });
  }
  for (const row of rows) {
    const day = days.get(row.date);
    if (day && row.seconds > 0) addRow(day, row);
  }
  for (const day of live) if (days.has(day.date)) days.set(day.date, day);
  return [...days.values()].map((day) => ({
    ...day,
    apps: day.apps.toSorted(largestFirst),
    categories: day.categories.toSorted((a, b) => b.seconds - a.seconds),
  }));
}

/** The week of the last 7 of 14 days, beside the first 7; `today` is the user's own date. */
export function weekOf(days: readonly DayCounters[], today: OwnDate): Week {
  const week = days.slice(7);
  const total_seconds = sum(week);
  const previous_total_seconds = sum(days.slice(0, 7));
  const begun = week.filter(({ date }) => date <= today).length;
  const change = (total_seconds / previous_total_seconds - 1) * 100;
  return {
    week_start: week[0]?.date ?? today,
    week_end: week.at(-1)?.date ?? today,
    total_seconds,
    daily_average_seconds: begun === 0 ? 0 : Math.round(total_seconds / begun),
    previous_total_seconds,
    change_percent: previous_total_seconds === 0 ? null : rounded(change, 1),
    days: week.map(({ date, total_seconds: seconds }) => ({ date, total_seconds: seconds })),
    top_apps: topApps(week.flatMap(appSums), 10),
  };
}

/** A day's apps as sums over one day. */
export function appSums(day: Pick<DayCounters, "apps">): AppSum[] {
  return day.apps.map((app) => ({ ...app, days_used: 1 }));
}

/** The apps used most, at most `limit`; takes sums over spans of days in order, none of which overlap. */
export function topApps(sums: readonly AppSum[], limit: number): AppShare[] {
  const apps = new Map<string, AppSum>();
  let all_seconds = 0;
  for (const { app, name, category, seconds, days_used } of sums) {
    all_seconds += seconds;
    const known = apps.get(app);
    apps.set(app, {
      app,
      // The latest days say what an app is called.
      name: name ?? known?.name ?? null,
      category,
      seconds: seconds + (known?.seconds ?? 0),
      days_used: days_used + (known?.days_used ?? 0),
    });
  }
  return [...apps.values()]
    .sort(largestFirst)
    .slice(0, limit)
    .map((app) => ({ ...app, share: rounded(app.seconds / all_seconds, 4) }));
}

/** How many own dates in a row something was reported on, up to today, or up to yesterday while today is empty. */
export function streakOf(reported: ReadonlySet<OwnDate>, today: OwnDate): number {
  let date = reported.has(today) ? today : addDays(today, -1);
  let streak = 0;
  for (; reported.has(date); date = addDays(date, -1)) streak += 1;
  return streak;
}

function addRow(day: DayCounters, { scope, name, seconds, category, label }: DailyRow): void {
  if (scope === "total") day.total_seconds = seconds;
  else if (scope === "category") day.categories.push({ category: name as Category, seconds });
  else if (scope === "app") {
    day.apps.push({ app: name, name: label, category: (category ?? "other") as Category, seconds });
  }
}

function sum(days: readonly { total_seconds: number }[]): number {
  return days.reduce((seconds, day) => seconds + day.total_seconds, 0);
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

function largestFirst(a: AppSeconds, b: AppSeconds): number {
  return b.seconds - a.seconds || (a.app < b.app ? -1 : 1);
}
