import type { FieldError } from "../platform/errors.ts";
import { addDays, dayCount, type OwnDate } from "../platform/time/dates.ts";
import { canonicalApp } from "../usage/index.ts";
import type { Challenge } from "./lifecycle.ts";

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
  const { name, description, visibility, apps, categories, metric } = terms;
  const { start_date, end_date, missing_day_seconds, grace_hours, max_participants } = terms;
  return {
    name,
    description,
    visibility,
    apps: [...new Set(apps.map(canonicalApp))],
    categories: [...new Set(categories)],
    metric,
    start_date,
    end_date,
    missing_day_seconds,
    grace_hours,
    max_participants,
  };
}

/** The terms after these changes. */
export function changedTerms(terms: Terms, changes: TermChanges): Terms {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined);
  return settledTerms({ ...terms, ...(Object.fromEntries(named) as Partial<Terms>) });
}

/** What is wrong with terms as a whole on their owner's own date `today`; each field has its own limits besides. */
export function faultsOf(terms: Terms, today: OwnDate): FieldError[] {
  const { metric, start_date, end_date } = terms;
  const faults: FieldError[] = [];
  const fault = (path: keyof Terms, message: string) => faults.push({ path, message });
  if (metric !== "least_time") fault("metric", "only least_time can be played yet");
  if (start_date < today) fault("start_date", "must not be before your own today");
  if (start_date > addDays(today, MAX_DAYS_AHEAD)) {
    fault("start_date", "must not be more than a year ahead");
  }
  const days = dayCount(start_date, end_date);
  if (days === 0) fault("end_date", "must not be before start_date");
  if (days > MAX_DAYS) fault("end_date", `must not be more than ${MAX_DAYS} days from the start`);
  return faults;
}
