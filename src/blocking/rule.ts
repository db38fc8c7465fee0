import { weekdayOf, type OwnDate, type Weekday } from "../platform/time/dates.ts";
import { CATEGORIES, type Category } from "../catalogue/index.ts";

/**
 * A stretch of wall-clock time that blocks: from `start_minute` of each date whose weekday is in `days`
 * to `end_minute` (0-1439) of the same date, or of the next one where the end is not after the start.
 */
export type ScheduleWindow = {
  readonly days: readonly Weekday[];
  readonly start_minute: number;
  readonly end_minute: number;
};

/** What a rule blocks and when; its apps and categories share one budget. */
export type Rule = {
  readonly id: string;
  readonly name: string;
  /** Canonical ids, as `canonicalApp` gives them. */
  readonly apps: readonly string[];
  readonly categories: readonly Category[];
  readonly daily_limit_seconds: number | null;
  /** By the weekday of the own date; goes before the daily limit. */
  readonly weekday_limits: { readonly [day in Weekday]?: number };
  readonly schedule: readonly ScheduleWindow[];
  readonly alert_percents: readonly number[];
  readonly strict: boolean;
  readonly is_active: boolean;
};

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const satisfies readonly Weekday[];
/** API.md: what a rule has that names none. */
export const DEFAULT_ALERT_PERCENTS: readonly number[] = [80, 100];
/** A limit that only a day of 25 hours can pass would be none. */
export const MAX_LIMIT_SECONDS = 86_400;
export const MAX_APPS = 50;
export const MAX_WINDOWS = 28;
export const MAX_ALERTS = 10;

const MINUTES_A_DAY = 1_440;

/** A field that makes a rule meaningless, and why; `path` as it stands on the wire. */
export type RuleFault = { path: string; message: string };

/** The seconds a rule allows on days of a weekday; null where it sets no limit then. */
export function limitOnWeekday(rule: Rule, weekday: Weekday): number | null {
  return rule.weekday_limits[weekday] ?? rule.daily_limit_seconds;
}

/** The seconds a rule allows on an own date; 0 blocks all day, null is no limit that day. */
export function limitOn(rule: Rule, date: OwnDate): number | null {
  return limitOnWeekday(rule, weekdayOf(date));
}

/** Whether a rule is about an app, by its name or its category (null where nobody knows it). */
export function coversApp(rule: Rule, app: string, category: Category | null): boolean {
  return rule.apps.includes(app) || (category !== null && rule.categories.includes(category));
}

/**
 * Everything that makes a rule meaningless, by field; none for a good one. A rule needs a target, and
 * a limit or a schedule; a limit of 0 s is one: it blocks all day.
 */
export function ruleFaults(rule: Rule): RuleFault[] {
  const faults: RuleFault[] = [];
  const require = (isGood: boolean, path: string, message: string) => {
    if (!isGood) faults.push({ path, message });
  };

  require(rule.apps.length + rule.categories.length >
    0, "apps", "name at least one app or category");
  require(rule.apps.length <= MAX_APPS, "apps", `must not be more than ${MAX_APPS}`);
  require(areDistinct(rule.apps), "apps", "must be distinct");
  require(rule.categories.every((category) =>
    CATEGORIES.includes(category),
  ), "categories", "must be known");
  require(areDistinct(rule.categories), "categories", "must be distinct");

  const daily = rule.daily_limit_seconds;
  require(daily === null || isLimit(daily), "daily_limit_seconds", LIMIT_MESSAGE);
  const weekdayLimits = Object.entries(rule.weekday_limits);
  for (const [weekday, limit] of weekdayLimits) {
    require(isWeekday(Number(weekday)) &&
      isLimit(limit), `weekday_limits.${weekday}`, LIMIT_MESSAGE);
  }
  const restrains = daily !== null || weekdayLimits.length > 0 || rule.schedule.length > 0;
  require(restrains, "daily_limit_seconds", "set a limit or a schedule");

  require(rule.schedule.length <= MAX_WINDOWS, "schedule", `must not be more than ${MAX_WINDOWS}`);
  for (const [index, window] of rule.schedule.entries()) {
    const areDays =
      window.days.length > 0 && window.days.every(isWeekday) && areDistinct(window.days);
    require(areDays, `schedule.${index}.days`, "must be distinct weekdays, 1 to 7");
    require(isMinute(window.start_minute), `schedule.${index}.start`, "must be a time, HH:MM");
    require(isMinute(window.end_minute), `schedule.${index}.end`, "must be a time, HH:MM");
  }

  const percents = rule.alert_percents;
  require(percents.length <= MAX_ALERTS, "alert_percents", `must not be more than ${MAX_ALERTS}`);
  require(areDistinct(percents), "alert_percents", "must be distinct");
  require(percents.every((percent) =>
    isWholeBetween(percent, 1, 100),
  ), "alert_percents", "must be 1 to 100");
  return faults;
}

/** The same rule with its lists in one order, so that equal rules are equal as texts too. */
export function tidied(rule: Rule): Rule {
  return {
    ...rule,
    apps: [...rule.apps].sort(),
    categories: [...rule.categories].sort(),
    schedule: rule.schedule.map((window) => ({
      ...window,
      days: [...window.days].sort((a, b) => a - b),
    })),
    alert_percents: [...rule.alert_percents].sort((a, b) => a - b),
  };
}

const LIMIT_MESSAGE = `must be 0 to ${MAX_LIMIT_SECONDS} seconds`;

function isLimit(seconds: number): boolean {
  return isWholeBetween(seconds, 0, MAX_LIMIT_SECONDS);
}

function isMinute(minute: number): boolean {
  return isWholeBetween(minute, 0, MINUTES_A_DAY - 1);
}

function isWeekday(day: number): boolean {
  return isWholeBetween(day, 1, 7);
}

function isWholeBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function areDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}
