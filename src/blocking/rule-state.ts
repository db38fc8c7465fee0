import type { OwnDate } from "../platform/time/dates.ts";
import { limitOn, type Rule } from "./rule.ts";

export const STATES = ["allowed", "warning", "blocked"] as const;
export type State = (typeof STATES)[number];
export const REASONS = ["limit", "schedule", "none"] as const;
export type Reason = (typeof REASONS)[number];

/** How a rule stands at some instant. */
export type RuleState = {
  readonly state: State;
  readonly reason: Reason;
  /** Of the own day. */
  readonly used_seconds: number;
  /** Null on a day without a limit, and then nothing remains or runs out. */
  readonly limit_seconds: number | null;
  readonly remaining_seconds: number | null;
};

/**
 * How a rule stands on an own date after `used_seconds` of that date, inside or outside its windows.
 * A limit blocks once it is used up; it goes before the schedule as the reason, since no window's end
 * gives the day more time. `warning` begins at the lowest alert below 100 percent (API.md). A rule that
 * is switched off allows, and still tells what was used.
 */
export function ruleStateOf(
  rule: Rule,
  date: OwnDate,
  used_seconds: number,
  isInWindow: boolean,
): RuleState {
  const limit_seconds = limitOn(rule, date);
  const remaining_seconds =
    limit_seconds === null ? null : Math.max(0, limit_seconds - used_seconds);
  const numbers = { used_seconds, limit_seconds, remaining_seconds };
  if (!rule.is_active) return { state: "allowed", reason: "none", ...numbers };
  if (remaining_seconds === 0) return { state: "blocked", reason: "limit", ...numbers };
  if (isInWindow) return { state: "blocked", reason: "schedule", ...numbers };
  if (limit_seconds !== null && isWarning(rule, used_seconds, limit_seconds)) {
    return { state: "warning", reason: "limit", ...numbers };
  }
  return { state: "allowed", reason: "none", ...numbers };
}

/** Whether two states say the same. */
export function isSameState(a: RuleState, b: RuleState): boolean {
  return (
    a.state === b.state &&
    a.reason === b.reason &&
    a.used_seconds === b.used_seconds &&
    a.limit_seconds === b.limit_seconds
  );
}

function isWarning(rule: Rule, used_seconds: number, limit_seconds: number): boolean {
  const percent = Math.min(...rule.alert_percents);
  // Whole numbers on both sides: a percentage of a limit need not be a whole second.
  return percent < 100 && used_seconds * 100 >= percent * limit_seconds;
}
