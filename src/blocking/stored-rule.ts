import type { Instant } from "../platform/time/instant.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import { settledAt, type StandingRule } from "./pending.ts";

/** A rule as it is kept: how it stands, and since when. */
export type StoredRule = StandingRule & {
  readonly created_at: Instant;
  readonly updated_at: Instant;
};

/** API.md sets no limit; each rule costs every activity a book of its own. */
export const MAX_RULES = 50;

/** Rules with what was due by an instant carried out; those that are gone by then are left out. */
export function settled(
  rules: readonly StoredRule[],
  now: Instant,
  history: DayHistory,
): StoredRule[] {
  return rules.flatMap((stored) => {
    const standing = settledAt(stored, now, history);
    return standing === null ? [] : [{ ...stored, ...standing }];
  });
}
