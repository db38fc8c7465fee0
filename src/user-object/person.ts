import type { StoredRule } from "../blocking/index.ts";
import type { Role } from "../platform/context.ts";
import type { Weekday } from "../platform/time/dates.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import type { CountingRule } from "../usage/index.ts";

/** What a user's object copies from MySQL: who they are, by which days they live, which sessions are good. */
export type Person = {
  user_id: string;
  display_name: string;
  avatar_url: string | null;
  role: Role;
  is_active: boolean;
  day_history: DayHistory;
  week_start: Weekday;
  /** The challenges they take part in, and how those count. */
  memberships: CountingRule[];
  /** What they block and how long. */
  rules: StoredRule[];
  live_sessions: string[];
};

/** The sessions that are good now: none where the account is disabled or not there. */
export function goodSessionsOf(person: Person | null): readonly string[] {
  return person?.is_active ? person.live_sessions : [];
}

/** What the books of a user's usage depend on, as a text to compare. */
export function countingOf(person: Person | null): string {
  return JSON.stringify([person?.day_history, person?.memberships]);
}

/** What decisions follow from, as a text to compare. */
export function policyFactsOf(person: Person | null): string {
  return JSON.stringify([person?.day_history, person?.rules]);
}

/**
 * The challenges whose boards must hear all there is: those that somebody has joined or that count
 * otherwise now, and every one where the person is called or pictured otherwise.
 */
export function newsForBoards(before: Person | null, person: Person): string[] {
  const isRenamed =
    before?.display_name !== person.display_name || before?.avatar_url !== person.avatar_url;
  const known = new Map(
    before?.memberships.map((rule) => [rule.challenge_id, JSON.stringify(rule)]),
  );
  return person.memberships
    .filter((rule) => isRenamed || known.get(rule.challenge_id) !== JSON.stringify(rule))
    .map((rule) => rule.challenge_id);
}
