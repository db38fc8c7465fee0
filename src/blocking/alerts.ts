import type { OwnDate } from "../platform/time/dates.ts";

/** A percentage of a rule's limit that was reached on an own date. */
export type Alert = {
  rule_id: string;
  rule_name: string;
  date: OwnDate;
  percent: number;
  used_seconds: number;
  limit_seconds: number;
};

/**
 * The percentages that are due and were not given yet for this rule and own day, ascending. One counts
 * once `used_seconds` reaches it; several may fall due at once, each is told. Whoever gives them adds
 * them to `given`, so that none comes twice, also after a reset (API.md, "Alerts").
 *
 * None without a limit, and none with one of 0 s: there nothing is ever used up.
 */
export function dueAlerts(
  alert_percents: readonly number[],
  limit_seconds: number | null,
  used_seconds: number,
  given: ReadonlySet<number>,
): number[] {
  if (limit_seconds === null || limit_seconds === 0) return [];
  return alert_percents
    .filter((percent) => !given.has(percent) && used_seconds * 100 >= percent * limit_seconds)
    .sort((a, b) => a - b);
}
