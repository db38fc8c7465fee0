import type { Model, Scope } from "../usage/model.ts";
import { OwnDates, type OwnDay } from "../usage/own-dates.ts";

const DAY_S = 86_400;
const BASELINE_DAYS = 7;
const LEAST_REDUCTION = -1_000;

/** A challenge as everybody knows it. */
export type Contest = {
  id: string;
  name: string;
  metric: "least_time" | "most_reduction" | "days_under_goal";
  goal_seconds: number | null;
  apps: string[];
  categories: string[];
  start_date: string;
  end_date: string;
  missing_day_seconds: number;
  grace_hours: number;
  visibility: "public" | "private";
  invite_code: string | null;
};

/** By which days somebody plays, and whether the week before the start was closed before they reported. */
export type Part = { timezone: string; day_start_minute: number; has_no_baseline: boolean };

/** A line of a board but for its rank. */
export type Standing = {
  score: number;
  days_reported: number;
  days_total: number;
  coverage: number;
};

/** A participant's standing by the words of API.md and the README, counted from what their phones were acknowledged. */
export function standingOf(contest: Contest, part: Part, model: Model, now_s: number): Standing {
  const days = ownDaysOf(part, now_s);
  const today = days.dayAt(now_s).date;
  const known = reportedDays(contest, part, model, days);
  const { start_date, end_date } = contest;
  const played = datesFrom(start_date, end_date);
  const over = played.filter((date) => date < today);
  const begun = played.filter((date) => date <= today);
  const reportedOver = over.filter((date) => known.has(date));
  return {
    score: scoreOf(contest, known, over, secondsIn(played, known) - secondsIn(over, known)),
    days_reported: begun.filter((date) => known.has(date)).length,
    days_total: begun.length,
    coverage: over.length === 0 ? 1 : reportedOver.length / over.length,
  };
}

/** The seconds of each reported day that a board holds of somebody, by date. */
export function reportedDays(
  { metric, start_date, end_date, apps, categories }: Contest,
  { has_no_baseline }: Part,
  model: Model,
  days: OwnDates,
): Map<string, number> {
  const isPlayed = ({ date }: OwnDay) => date >= start_date && date <= end_date;
  const isBaseline = ({ date }: OwnDay) =>
    metric === "most_reduction" &&
    !has_no_baseline &&
    date < start_date &&
    date >= shifted(start_date, -BASELINE_DAYS);
  const scope: Scope = {
    // Deleting is no way to win.
    with_deleted: true,
    counts: (app, category) =>
      (apps.length === 0 && categories.length === 0) ||
      apps.includes(app) ||
      categories.includes(category),
  };
  return new Map(
    days.days
      .filter((day) => (isPlayed(day) || isBaseline(day)) && model.isReported(day))
      .map((day) => [day.date, model.countersOf(day, scope).total_seconds]),
  );
}

const calendars = new Map<string, OwnDates>();

/** The own days under one rule, around `now_s`. */
export function ownDaysOf(
  { timezone, day_start_minute }: Omit<Part, "has_no_baseline">,
  now_s: number,
): OwnDates {
  const from_s = Math.floor(now_s / DAY_S - 36) * DAY_S;
  const key = [timezone, day_start_minute, from_s].join();
  const known = calendars.get(key);
  if (known) return known;
  const made = new OwnDates(
    [{ since_s: 0, timezone, day_start_minute }],
    from_s,
    from_s + 42 * DAY_S,
  );
  calendars.set(key, made);
  return made;
}

function scoreOf(
  contest: Contest,
  known: ReadonlyMap<string, number>,
  over: readonly string[],
  running_s: number,
): number {
  const { metric, start_date, missing_day_seconds } = contest;
  if (metric === "days_under_goal") {
    const goal = contest.goal_seconds ?? 0;
    return over.filter((date) => (known.get(date) ?? Infinity) < goal).length;
  }
  if (metric === "least_time") {
    const seconds = over.map((date) => known.get(date) ?? missing_day_seconds);
    return seconds.reduce((sum, one) => sum + one, running_s);
  }
  const week = datesFrom(shifted(start_date, -BASELINE_DAYS), shifted(start_date, -1));
  const usual = secondsIn(week, known) / BASELINE_DAYS;
  const spent = over.reduce(
    (sum, date) => sum + (known.get(date) ?? Math.max(missing_day_seconds, usual)),
    0,
  );
  // The day that runs counts as soon as it makes the score worse.
  return Math.min(
    reduction(spent, usual, over.length),
    reduction(spent + running_s, usual, over.length + 1),
  );
}

function reduction(spent: number, usual: number, days: number): number {
  if (days === 0) return 0;
  if (usual === 0) return spent === 0 ? 0 : LEAST_REDUCTION;
  return Math.max(LEAST_REDUCTION, 100 - (100 * spent) / days / usual);
}

function secondsIn(dates: readonly string[], known: ReadonlyMap<string, number>): number {
  return dates.reduce((sum, date) => sum + (known.get(date) ?? 0), 0);
}

function datesFrom(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let date = first; date <= last; date = shifted(date, 1)) dates.push(date);
  return dates;
}

/** A date so many days later. */
export function shifted(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_S * 1_000).toISOString().slice(0, 10);
}
