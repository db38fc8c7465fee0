import type { OwnDate } from "../platform/time/dates.ts";

/** API.md: a rule's used time may go back to 0 so often an own day. */
export const RESETS_A_DAY = 3;

/** The resets of one rule on one own date: how many, and how much use they took off it. */
export type DayReset = {
  readonly date: OwnDate;
  readonly count: number;
  readonly offset_seconds: number;
};

/** The reset that now holds, or the code of why there is none. */
export type ResetOutcome =
  | { readonly reset: DayReset }
  | { readonly refused: "reset_quota" | "rule_is_strict" };

/**
 * Puts a rule's used time of an own date back to 0. `known` is the rule's latest reset, of whatever
 * date; `used_seconds` what the date's usage says, which itself stays as it is: boards and statistics
 * count on.
 */
export function resetOn(
  date: OwnDate,
  strict: boolean,
  known: DayReset | null,
  used_seconds: number,
): ResetOutcome {
  if (strict) return { refused: "rule_is_strict" };
  const count = known?.date === date ? known.count : 0;
  if (count >= RESETS_A_DAY) return { refused: "reset_quota" };
  return { reset: { date, count: count + 1, offset_seconds: used_seconds } };
}

/** What a rule shows as used on an own date whose usage says `used_seconds`. */
export function usedSinceReset(
  date: OwnDate,
  known: DayReset | null,
  used_seconds: number,
): number {
  return known?.date === date ? Math.max(0, used_seconds - known.offset_seconds) : used_seconds;
}

/**
 * The reset once a rule's targets have changed and its usage now says `used_seconds`. An offset that
 * held the use of an app since dropped would give the others as much time for nothing.
 */
export function afterTargetsChanged(known: DayReset, used_seconds: number): DayReset {
  return { ...known, offset_seconds: Math.min(known.offset_seconds, used_seconds) };
}
