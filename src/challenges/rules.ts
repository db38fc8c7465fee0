import type { Challenge } from "./lifecycle.ts";

type Scored = Pick<
  Challenge,
  "metric" | "goal_seconds" | "start_date" | "end_date" | "missing_day_seconds"
>;
type Counted = Pick<
  Challenge,
  "status" | "apps" | "categories" | "metric" | "start_date" | "end_date" | "grace_hours"
>;

/** Whether the same days make other scores under the rules `now` than under those `before`. */
export function scoresOtherwise(before: Scored, now: Scored): boolean {
  return scoring(before) !== scoring(now);
}

/** Whether the usage of those who take part counts otherwise than `before`, or no more. */
export function countsOtherwise(before: Counted, now: Counted): boolean {
  return counting(before) !== counting(now);
}

function scoring(rules: Scored): string {
  const { metric, goal_seconds, start_date, end_date, missing_day_seconds } = rules;
  return JSON.stringify([metric, goal_seconds, start_date, end_date, missing_day_seconds]);
}

function counting(rules: Counted): string {
  const { status, apps, categories, metric, start_date, end_date, grace_hours } = rules;
  return JSON.stringify([
    ...[status === "cancelled", apps, categories],
    ...[metric, start_date, end_date, grace_hours],
  ]);
}
