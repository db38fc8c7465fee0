import type { FieldError } from "../platform/errors.ts";
import { addDays, dayCount, type OwnDate } from "../platform/time/dates.ts";
import { canonicalApp } from "../catalogue/index.ts";
import type { Challenge, Metric } from "./lifecycle.ts";

/** API.md: a challenge takes 92 days at most. */
const MAX_DAYS = 92;
/** How far ahead a challenge may start. */
const MAX_DAYS_AHEAD = 366;

/** What the owner of a challenge decides on, until it begins. */
export type Terms = Pick<
  Challenge,
  | "name"
  | "description"
  | "visibility"
  | "apps"
  | "categories"
  | "metric"
  | "goal_seconds"
  | "start_date"
  | "end_date"
  | "missing_day_seconds"
  | "grace_hours"
  | "max_participants"
>;

/** Some of the terms; what is left out stays as it is. */
export type TermChanges = { [Field in keyof Terms]?: Terms[Field] | undefined };

/** The terms as they are stored: apps by their canonical ids, nothing named twice. */
export function settledTerms(terms: Terms): Terms {
  const { name, description, visibility, apps, categories, metric, goal_seconds } = terms;
  const { start_date, end_date, missing_day_seconds, grace_hours, max_participants } = terms;
  return {
    name,
    description,
    visibility,
    apps: [...new Set(apps.map(canonicalApp))],
    categories: [...new Set(categories)],
    metric,
    goal_seconds,
    start_date,
    end_date,
    missing_day_seconds,
    grace_hours,
    max_participants,
  };
}

/** The terms after these changes. A goal goes with its metric, unless it is named. */
export function changedTerms(terms: Terms, changes: TermChanges): Terms {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined);
  const isGoalLost = changes.metric !== undefined && !hasGoal(changes.metric);
  const kept = isGoalLost ? { ...terms, goal_seconds: null } : terms;
  return settledTerms({ ...kept, ...(Object.fromEntries(named) as Partial<Terms>) });
}

/** What is wrong with terms as a whole on their owner's own date `today`; each field has its own limits besides. */
export function faultsOf(terms: Terms, today: OwnDate): FieldError[] {
  const { metric, goal_seconds, start_date, end_date } = terms;
  const faults: FieldError[] = [];
  const fault = (path: keyof Terms, message: string) => faults.push({ path, message });
  if (hasGoal(metric) && goal_seconds === null) fault("goal_seconds", `is needed for ${metric}`);
  if (!hasGoal(metric) && goal_seconds !== null) fault("goal_seconds", `is none of ${metric}`);
  if (start_date < today) fault("start_date", "must not be before your own today");
  if (start_date > addDays(today, MAX_DAYS_AHEAD)) {
    fault("start_date", "must not be more than a year ahead");
  }
  const days = dayCount(start_date, end_date);
  if (days === 0) fault("end_date", "must not be before start_date");
  if (days > MAX_DAYS) fault("end_date", `must not be more than ${MAX_DAYS} days from the start`);
  return faults;
}

function hasGoal(metric: Metric): boolean {
  return metric === "days_under_goal";
}
