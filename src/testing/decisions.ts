import { decide, type Decided, type Situation } from "../blocking/decide.ts";
import type { Rule } from "../blocking/rule.ts";
import { formatInstant } from "../platform/time/instant.ts";
import { at, categoryOf } from "./blocking.ts";

type Told = Partial<Omit<Situation, "rules" | "now">> & { used?: Record<string, number> };

/** A Monday's noon in Paris. */
export const NOON = "2026-11-23T11:00:00Z";
/** The end of that day there. */
export const PARIS_MIDNIGHT = "2026-11-23T23:00:00.000Z";

/** Rules in Paris at an instant, of which none waits for a change; `used` seconds by rule. */
export function situation(
  rules: Rule[],
  now: string,
  { used = {}, ...told }: Told = {},
): Situation {
  return {
    rules: rules.map((rule) => ({ rule, pending: null })),
    usedSeconds: (rule) => used[rule.id] ?? 0,
    now: at(now),
    history: [{ timezone: "Europe/Paris", day_start_minute: 0, since: 0 }],
    categoryOf,
    ...told,
  };
}

/** All that is decided on rules in such a situation. */
export function decidedOn(rules: Rule[], now: string, told: Told = {}): Decided {
  return decide(situation(rules, now, told));
}

/** The first decision there is, or that on a target; its instants as texts. */
export function decisionOn(rules: Rule[], now: string, told: Told = {}, id?: string) {
  const { decisions } = decidedOn(rules, now, told);
  const decision = decisions.find(({ target }) => id === undefined || target.id === id);
  if (decision === undefined) throw new Error("no decision");
  return {
    ...decision,
    blocked_until: decision.blocked_until && formatInstant(decision.blocked_until),
    next_change_at: decision.next_change_at && formatInstant(decision.next_change_at),
  };
}
