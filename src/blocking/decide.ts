import type { Instant } from "../platform/time/instant.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import type { Category } from "../catalogue/index.ts";
import { DaysAhead, type DayAhead } from "./days-ahead.ts";
import { firstChange, Outlook, type Stretch } from "./outlook.ts";
import type { StandingRule } from "./pending.ts";
import type { Rule } from "./rule.ts";
import { isSameState, type RuleState } from "./rule-state.ts";
import { TargetOutlook, targetsOf, type Target } from "./target.ts";

/** All that decisions are a function of. */
export type Situation = {
  /** A person's rules with what waits to become of them, those switched off included. */
  readonly rules: readonly StandingRule[];
  /** The seconds used of a rule's budget on the own date of `now`, resets taken off. */
  readonly usedSeconds: (rule: Rule) => number;
  readonly now: Instant;
  readonly history: DayHistory;
  /** An app's category as far as known; null leaves it to the phone to hold its category against it. */
  readonly categoryOf: (app: string) => Category | null;
};

/** What holds for a target. The rule named is the strictest of those about it. */
export type Decision = RuleState & {
  readonly target: Target;
  readonly rule_id: string;
  /** When it is free again without more use; null where it is not blocked, or for good. */
  readonly blocked_until: Instant | null;
  readonly next_change_at: Instant | null;
};

/** How each rule stands by itself. */
export type RuleStanding = RuleState & {
  readonly rule_id: string;
  readonly next_change_at: Instant | null;
};

/** What holds at an instant. */
export type Holding = {
  /** By target: apps before categories, then by id. */
  readonly decisions: readonly Decision[];
  /** By rule id; also those switched off. */
  readonly rule_states: readonly RuleStanding[];
  /** The first instant at which anything here changes by itself, a target that appears included. */
  readonly next_change_at: Instant | null;
};

/** What holds now, and until when a phone may go on from it alone. */
export type Decided = Holding & {
  readonly valid_until: Instant;
  /** The own days until then: today and the next. */
  readonly days: readonly DayAhead[];
};

/**
 * Decides everything at `now`.
 *
 * `next_change_at` is the first instant at which something changes though nothing more is used: a
 * window's edge, the end of the own day (used time goes back to 0, another weekday's limit holds), a
 * loosening that takes effect. Null where nothing ever will. Further use is the phone's to count:
 * `remaining_seconds` says how much there is.
 *
 * `valid_until` is the end of the person's next own day, 22 to 51 hours ahead: with the rules and what
 * waits of them a phone foresees each change until then, as `timeline` does, and it moves once a day
 * only, so that it costs no 304. Throws a RangeError for an empty history or an unknown zone.
 */
export function decide(situation: Situation): Decided {
  const foresight = new Foresight(situation);
  const days = [foresight.days.at(0), foresight.days.at(1)] as const;
  return { ...foresight.at(situation.now), valid_until: days[1].ends_at, days };
}

/**
 * What holds from `now` to before `until` if nothing more is used: an entry for `now` and one for each
 * instant at which something changes. What a phone without a network goes through.
 */
export function timeline(
  situation: Situation,
  until: Instant,
): (Holding & { readonly at: Instant })[] {
  const foresight = new Foresight(situation);
  const entries: (Holding & { readonly at: Instant })[] = [];
  let at: Instant | null = situation.now;
  while (at !== null && at < until) {
    const holding = foresight.at(at);
    entries.push({ at, ...holding });
    at = holding.next_change_at;
  }
  return entries;
}

/** All rules' outlooks from one situation. */
class Foresight {
  readonly days: DaysAhead;
  readonly #outlooks: readonly Outlook[];
  readonly #categoryOf: Situation["categoryOf"];

  constructor({ rules, usedSeconds, now, history, categoryOf }: Situation) {
    this.days = new DaysAhead(now, history);
    this.#outlooks = [...rules]
      .sort((a, b) => (a.rule.id < b.rule.id ? -1 : 1))
      .map((standing) => new Outlook(standing, usedSeconds, now, this.days));
    this.#categoryOf = categoryOf;
  }

  at(instant: Instant): Holding {
    const decisions: Decision[] = [];
    const rule_states: RuleStanding[] = [];
    const rulesOn: Rule[] = [];
    let next = Infinity;
    for (const outlook of this.#outlooks) {
      const { standing } = outlook.at(instant);
      if (standing === null) continue;
      const next_change_at = firstChange(instant, readingOf(outlook), isSameStanding);
      rule_states.push({ rule_id: outlook.rule_id, ...standing.state, next_change_at });
      if (standing.rule.is_active) rulesOn.push(standing.rule);
      // No target changes without one of its rules.
      next = Math.min(next, next_change_at ?? Infinity);
    }
    for (const target of targetsOf(rulesOn)) {
      const decision = this.#decisionOn(target, instant);
      if (decision !== null) decisions.push(decision);
    }
    return { decisions, rule_states, next_change_at: next === Infinity ? null : next };
  }

  #decisionOn(target: Target, instant: Instant): Decision | null {
    const outlook = new TargetOutlook(target, this.#outlooks, this.#categoryOf);
    const verdict = outlook.verdictAt(instant);
    if (verdict === null) return null;
    const { rule_id, state } = verdict;
    return {
      target,
      rule_id,
      ...state,
      blocked_until: state.state === "blocked" ? outlook.blockedUntil(instant) : null,
      next_change_at: outlook.nextChange(instant),
    };
  }
}

function readingOf(outlook: Outlook) {
  return (instant: Instant) => {
    const { standing, ends_at } = outlook.at(instant);
    return { value: standing, ends_at };
  };
}

/** A rule that becomes another counts as a change, also where it stands the same. */
function isSameStanding(a: Stretch["standing"], b: Stretch["standing"]): boolean {
  if (a === null || b === null) return a === b;
  return a.rule === b.rule && isSameState(a.state, b.state);
}
