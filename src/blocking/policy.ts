import { digestOf } from "../platform/digest.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { DayAhead } from "./days-ahead.ts";
import type { Decided, Decision, RuleStanding } from "./decide.ts";
import { policyText } from "./policy-version.ts";
import type { StoredRule } from "./stored-rule.ts";

/** A rule with how it stands now. */
export type RuleView = { stored: StoredRule; standing: RuleStanding };

/** All that a phone needs to block by itself until `valid_until`. */
export type Policy = {
  policy_version: string;
  generated_at: Instant;
  valid_until: Instant;
  /** The zone whose wall clock the schedules go by. */
  timezone: string;
  days: readonly DayAhead[];
  decisions: readonly Decision[];
  rules: RuleView[];
};

/** What was decided at an instant in a zone, under the version that names everything in it. */
export function policyOf(
  decided: Decided,
  stored: readonly StoredRule[],
  timezone: string,
  generated_at: Instant,
): Policy {
  const { decisions, rule_states, valid_until, days } = decided;
  const rules = stored.flatMap((one): RuleView[] => {
    const standing = rule_states.find(({ rule_id }) => rule_id === one.rule.id);
    return standing ? [{ stored: one, standing }] : [];
  });
  const said = { valid_until, timezone, days, decisions, rules };
  return {
    ...said,
    policy_version: digestOf(policyText(said)),
    generated_at,
  };
}

/** The decisions of an instant that another one's do not hold just so. */
export function changedDecisions(
  before: readonly Decision[],
  after: readonly Decision[],
): Decision[] {
  const known = new Set(before.map((decision) => JSON.stringify(decision)));
  return after.filter((decision) => !known.has(JSON.stringify(decision)));
}
