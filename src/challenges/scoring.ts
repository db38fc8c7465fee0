import type { OwnDate } from "../platform/time/dates.ts";
import { addDays, dayCount } from "../platform/time/dates.ts";
import type { ScoreOrder } from "./ranking.ts";

/** Least time wins: seconds over the days from start to end, lower is better. */
export type LeastTimeRules = {
  readonly metric: "least_time";
  readonly start_date: OwnDate;
  /** The last day, included. */
  readonly end_date: OwnDate;
  /** What a day without a report counts once it is over. */
  readonly missing_day_seconds: number;
};

/**
 * What scoring depends on, frozen once a challenge runs. Another metric is another member here and
 * another case in `scoreOrder` and `scoreOf`.
 */
export type ScoreRules = LeastTimeRules;

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
  switch (metric) {
    case "least_time":
      return "ascending";
  }
}

/**
 * A participant's score.
 *
 * Takes all their days one holds, each date once, in any order; those outside the challenge are
 * passed over. `current_date` is the participant's own date now: a day is over when it is earlier.
 * A missing day counts only once over, so silence never wins; a reported day counts as it is, even
 * 0 s, and the current one what is known so far (API.md, "Scores").
 */
export function scoreOf(
  days: Iterable<ReportedDay>,
  rules: ScoreRules,
  current_date: OwnDate,
): Score {
  switch (rules.metric) {
    case "least_time":
      return leastTime(days, rules, current_date);
  }
}

function leastTime(
  days: Iterable<ReportedDay>,
  rules: LeastTimeRules,
  current_date: OwnDate,
): Score {
  let seconds = 0;
  let days_reported = 0;
  let reportedOver = 0;
  for (const day of days) {
    if (!day.reported || day.date < rules.start_date || day.date > rules.end_date) continue;
    // A phone's clock may be minutes ahead: its first seconds of tomorrow count from the start.
    seconds += day.seconds;
    if (day.date <= current_date) days_reported += 1;
    if (day.date < current_date) reportedOver += 1;
  }
  const daysOver = dayCount(rules.start_date, earlier(addDays(current_date, -1), rules.end_date));
  return {
    score: seconds + (daysOver - reportedOver) * rules.missing_day_seconds,
    days_reported,
    days_total: dayCount(rules.start_date, earlier(current_date, rules.end_date)),
    coverage: daysOver === 0 ? 1 : reportedOver / daysOver,
  };
}

function earlier(a: OwnDate, b: OwnDate): OwnDate {
  return a < b ? a : b;
}
