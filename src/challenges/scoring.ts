import type { OwnDate } from "../platform/time/dates.ts";
import { addDays, dayCount } from "../platform/time/dates.ts";
import type { ScoreOrder } from "./ranking.ts";

/** How many own days before the start a reduction is measured against. */
export const BASELINE_DAYS = 7;
/** No reduction is worse, in percent: of who used nothing before, any use would be infinitely more. */
export const LEAST_REDUCTION = -1_000;

type Dates = {
  readonly start_date: OwnDate;
  /** The last day, included. */
  readonly end_date: OwnDate;
  /** What a day without a report counts once it is over. */
  readonly missing_day_seconds: number;
};
/** Least time wins: seconds over the days from start to end. */
export type LeastTimeRules = Dates & { readonly metric: "least_time" };
/** Most reduction wins: percent less a day than over the 7 days before the start. */
export type MostReductionRules = Dates & { readonly metric: "most_reduction" };
/** Most days under the goal win: days that were over with less than `goal_seconds`. */
export type DaysUnderGoalRules = Dates & {
  readonly metric: "days_under_goal";
  readonly goal_seconds: number;
};

/** What scoring depends on, frozen once a challenge runs. */
export type ScoreRules = LeastTimeRules | MostReductionRules | DaysUnderGoalRules;

/** What a participant's phone told of one own day. */
export type ReportedDay = {
  readonly date: OwnDate;
  readonly seconds: number;
  /** False when nothing arrived: then the seconds say nothing and the day is a missing one. */
  readonly reported: boolean;
};

export type Score = {
  score: number;
  /** Days with a report, of those that have begun. */
  days_reported: number;
  /** Days of the challenge that have begun; all of them once it is over. */
  days_total: number;
  /** The share of the days over that were reported, 0 to 1; 1 while none is over. */
  coverage: number;
};

/** Which scores are better under a metric. */
export function scoreOrder(metric: ScoreRules["metric"]): ScoreOrder {
  return metric === "least_time" ? "ascending" : "descending";
}

/** The first date that a score depends on: the start, or that of the days it is measured against. */
export function firstScoredDate(rules: Pick<ScoreRules, "metric" | "start_date">): OwnDate {
  const { metric, start_date } = rules;
  return metric === "most_reduction" ? addDays(start_date, -BASELINE_DAYS) : start_date;
}

/**
 * A participant's score.
 *
 * Takes all their days one holds, each date once, in any order; those that do not count are passed
 * over. `current_date` is the participant's own date now: a day is over when it is earlier. A missing
 * day counts only once over, so silence never wins; a reported day counts as it is, even 0 s (API.md,
 * "Scores").
 */
export function scoreOf(
  days: Iterable<ReportedDay>,
  rules: ScoreRules,
  current_date: OwnDate,
): Score {
  const reported = [...days].filter((day) => day.reported);
  const played = reported.filter(({ date }) => date >= rules.start_date && date <= rules.end_date);
  const over = played.filter(({ date }) => date < current_date);
  const daysOver = dayCount(rules.start_date, earlier(addDays(current_date, -1), rules.end_date));
  const tally = {
    over,
    // A phone's clock may be minutes ahead: its first seconds of tomorrow count from the start.
    running_seconds: secondsIn(played) - secondsIn(over),
    days_over: daysOver,
    days_missing: daysOver - over.length,
  };
  return {
    score: metricOf(reported, rules, tally),
    days_reported: played.filter(({ date }) => date <= current_date).length,
    days_total: dayCount(rules.start_date, earlier(current_date, rules.end_date)),
    coverage: daysOver === 0 ? 1 : over.length / daysOver,
  };
}

type Tally = {
  /** The days of the challenge that are over and were reported. */
  over: readonly ReportedDay[];
  /** Seconds of the day that still runs. */
  running_seconds: number;
  days_over: number;
  days_missing: number;
};

function metricOf(reported: readonly ReportedDay[], rules: ScoreRules, tally: Tally): number {
  switch (rules.metric) {
    case "least_time":
      return leastTime(rules, tally);
    case "most_reduction":
      return mostReduction(reported, rules, tally);
    case "days_under_goal":
      // The day that runs may still go over the goal: it counts once it is over, and silence never.
      return tally.over.filter(({ seconds }) => seconds < rules.goal_seconds).length;
  }
}

/** The day that runs counts as far as it is known. */
function leastTime(rules: LeastTimeRules, tally: Tally): number {
  const { over, running_seconds, days_missing } = tally;
  return secondsIn(over) + running_seconds + days_missing * rules.missing_day_seconds;
}

/**
 * How many percent less a day than in the week before. Silence gains nothing on either side: a day of
 * that week without a report counts 0 s, the least it can have been; one of the challenge counts
 * `missing_day_seconds`, or the week's average where that is more. The day that runs counts as soon as
 * it makes the score worse.
 */
function mostReduction(
  reported: readonly ReportedDay[],
  rules: MostReductionRules,
  { over, running_seconds, days_over, days_missing }: Tally,
): number {
  const first = firstScoredDate(rules);
  const baseline = reported.filter(({ date }) => date >= first && date < rules.start_date);
  // Sevenfold throughout: whole numbers, so that equal days make equal scores.
  const week = secondsIn(baseline);
  const missing = days_missing * Math.max(week, rules.missing_day_seconds * BASELINE_DAYS);
  const spent = secondsIn(over) * BASELINE_DAYS + missing;
  const soFar = days_over === 0 ? 0 : reduction(spent, week * days_over);
  const withToday = spent + running_seconds * BASELINE_DAYS;
  return Math.min(soFar, reduction(withToday, week * (days_over + 1)));
}

/** Percent by which `spent` is less than `usual`, to the hundredth; negative where it is more. */
function reduction(spent: number, usual: number): number {
  if (usual === 0) return spent === 0 ? 0 : LEAST_REDUCTION;
  const percent = Math.round((1 - spent / usual) * 10_000) / 100;
  // No negative zero: it would be another number than 0 to whoever compares them.
  return Math.max(LEAST_REDUCTION, percent) || 0;
}

function secondsIn(days: readonly ReportedDay[]): number {
  return days.reduce((seconds, day) => seconds + day.seconds, 0);
}

function earlier(a: OwnDate, b: OwnDate): OwnDate {
  return a < b ? a : b;
}
