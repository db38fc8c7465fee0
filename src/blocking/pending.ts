import { addDays, type OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { dayBounds, ownDateAt, type DayHistory } from "../platform/time/own-day.ts";
import { isLooser, type RuleWorld } from "./looser.ts";
import type { Rule } from "./rule.ts";

/** When a loosening that waits takes effect. */
export type Effect = {
  /** The first own date on which it holds. */
  readonly effective_date: OwnDate;
  /** When that date was to start as the change was made: flying east brings it no sooner. */
  readonly not_before: Instant;
};

/** A loosening of a strict rule that waits: the rule as it will be, or null where it will be gone. */
export type PendingChange = Effect & { readonly after: Rule | null };

/** A rule as it holds now, and what it turns into. */
export type StandingRule = { readonly rule: Rule; readonly pending: PendingChange | null };

/** The fields of a rule that a change names. */
export type RulePatch = Partial<Omit<Rule, "id">>;

/** Whether a change holds now (200 or 204) or waits (202), and the rule then; null: gone. */
export type Planned =
  | { readonly outcome: "applied"; readonly standing: StandingRule | null }
  | { readonly outcome: "waiting"; readonly standing: StandingRule };

/** When a loosening made at the instant `now` takes effect: with the person's next own day. */
export function nextDayOf(now: Instant, history: DayHistory): Effect {
  const effective_date = addDays(ownDateAt(now, history), 1);
  return { effective_date, not_before: dayBounds(effective_date, history).starts_at };
}

/** The instant at which what waits takes effect; moves with the own date when the zone changes. */
export function dueAt(pending: PendingChange, history: DayHistory): Instant {
  return Math.max(pending.not_before, dayBounds(pending.effective_date, history).starts_at);
}

/** A rule as it stands at an instant, what was due by then carried out; null where it is gone. */
export function settledAt(
  standing: StandingRule,
  now: Instant,
  history: DayHistory,
): StandingRule | null {
  const { pending } = standing;
  if (pending === null || dueAt(pending, history) > now) return standing;
  return pending.after === null ? null : { rule: pending.after, pending: null };
}

/** The rule without what waited. Keeping a rule as strict as it is needs no waiting. */
export function cancelled(standing: StandingRule): StandingRule {
  return { rule: standing.rule, pending: null };
}

/**
 * What a change (null: deletion) does to a rule, which must be settled. `effect` is what `nextDayOf`
 * gives. One that loosens a strict rule anywhere waits as a whole: a client asked for one change, and
 * half of it would be a rule that nobody wrote.
 *
 * What waits already goes on waiting: a tightening holds at once and in the rule to come as well, a
 * further loosening joins it and waits its own full time, and a change that leaves nothing looser ends
 * the wait. After a deletion that waits, a loosening takes its place: the later wish counts.
 */
export function planChange(
  standing: StandingRule,
  change: RulePatch | null,
  effect: Effect,
  world: RuleWorld,
): Planned {
  const { rule, pending } = standing;
  const mustWait = (after: Rule | null) => rule.strict && isLooser(rule, after, world);
  const waiting = (after: Rule | null): Planned => ({
    outcome: "waiting",
    standing: { rule, pending: { after, ...effect } },
  });
  if (change === null) {
    return mustWait(null) ? waiting(null) : { outcome: "applied", standing: null };
  }

  const atOnce: Rule = { ...rule, ...change };
  const toCome: Rule | null = pending?.after == null ? null : { ...pending.after, ...change };
  if (toCome !== null && !mustWait(toCome)) {
    return { outcome: "applied", standing: { rule: toCome, pending: null } };
  }
  if (mustWait(atOnce)) return waiting(toCome ?? atOnce);
  return {
    outcome: "applied",
    standing: { rule: atOnce, pending: pending && { ...pending, after: toCome } },
  };
}
