import type { OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import { limitOn } from "./rule.ts";
import { settled, type StoredRule } from "./stored-rule.ts";

/** A limit that holds on a day. */
export type DayLimit = { name: string; limit_seconds: number };

/** The limits that rules set for the own date `date` as seen at the instant `now`, the shortest first. */
export function limitsOn(
  rules: readonly StoredRule[],
  date: OwnDate,
  now: Instant,
  history: DayHistory,
): DayLimit[] {
  const limits = settled(rules, now, history).flatMap(({ rule }) => {
    const limit_seconds = rule.is_active ? limitOn(rule, date) : null;
    return limit_seconds === null ? [] : [{ name: rule.name, limit_seconds }];
  });
  return limits.sort((a, b) => a.limit_seconds - b.limit_seconds || (a.name < b.name ? -1 : 1));
}
