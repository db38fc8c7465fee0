import type { OwnDate } from "./dates.ts";
import { fromEpochDay, toEpochDay } from "./dates.ts";
import type { Instant } from "./instant.ts";
import { DAY_MS, MINUTE_MS } from "./instant.ts";
import { offsetSpanAt } from "./offsets.ts";
import { FARTHEST_EAST_MS, firstInstantOfDay } from "./wall-clock.ts";

/** Where a user's days begin: at `day_start_minute` (0-719) on the wall clock of `timezone` (IANA). */
export type DayRule = { readonly timezone: string; readonly day_start_minute: number };

/**
 * A user's rules in the order they came into force, never empty. Each holds from its `since` to that
 * of the next; the first one also for everything before.
 */
export type DayHistory = readonly (DayRule & { readonly since: Instant })[];

/** A stretch of time [starts_at, ends_at) that lies within one own day. */
export type DayPiece = { date: OwnDate; starts_at: Instant; ends_at: Instant };

/**
 * Two rules' clocks are never further apart than 16 h west, 16 h east and a day start of 12 h; so
 * long at most does a date reached under an earlier rule stay ahead of the rule in force.
 */
const LONGEST_LEAD_MS = 2 * DAY_MS;

/** The first instant of a date under one rule: when the wall clock first reads its day start. */
export function dayStart(date: OwnDate, rule: DayRule): Instant {
  return startUnderRule(toEpochDay(date), rule);
}

/** The own date an instant belongs to under one rule: the latest date that has started. */
export function ownDateOf(instant: Instant, rule: DayRule): OwnDate {
  return fromEpochDay(dayUnderRule(instant, rule));
}

/**
 * The own date an instant belongs to. It never goes back: after a change westward the date reached
 * goes on until the new clock leaves it; after one eastward the new clock's date holds at once.
 * Throws a RangeError for an empty history or an unknown zone, as do the functions below.
 */
export function ownDateAt(instant: Instant, history: DayHistory): OwnDate {
  return fromEpochDay(dayAt(instant, history));
}

/**
 * When a date starts and ends for this user: [starts_at, ends_at), the two equal where a zone change
 * skipped the date. Neighbouring dates share an instant, so days cover all time without overlap.
 */
export function dayBounds(
  date: OwnDate,
  history: DayHistory,
): { starts_at: Instant; ends_at: Instant } {
  const day = toEpochDay(date);
  return { starts_at: startOf(day, history), ends_at: startOf(day + 1, history) };
}

/**
 * Cuts the interval [starts_at, ends_at) at the user's own day starts: one piece a date, in order,
 * together exactly the interval. None when it is empty.
 */
export function splitByOwnDay(
  starts_at: Instant,
  ends_at: Instant,
  history: DayHistory,
): DayPiece[] {
  const pieces: DayPiece[] = [];
  let from = starts_at;
  while (from < ends_at) {
    const day = dayAt(from, history);
    const until = Math.min(startOf(day + 1, history), ends_at);
    pieces.push({ date: fromEpochDay(day), starts_at: from, ends_at: until });
    from = until;
  }
  return pieces;
}

function startUnderRule(day: number, rule: DayRule): Instant {
  return firstInstantOfDay(day, rule.day_start_minute, rule.timezone);
}

function dayUnderRule(instant: Instant, rule: DayRule): number {
  const { offset_ms } = offsetSpanAt(instant, rule.timezone);
  let day = Math.floor((instant + offset_ms - rule.day_start_minute * MINUTE_MS) / DAY_MS);
  // A clock set back over a day start reads the old date again, but the new day has begun.
  while (startUnderRule(day + 1, rule) <= instant) day += 1;
  return day;
}

/** The greatest date any rule reached during its reign up to the instant. */
function dayAt(instant: Instant, history: DayHistory): number {
  let index = history.length - 1;
  while (index > 0 && ruleAt(history, index).since > instant) index -= 1;
  let day = dayUnderRule(instant, ruleAt(history, index));
  for (; index > 0; index -= 1) {
    const changed_at = ruleAt(history, index).since;
    if (changed_at <= instant - LONGEST_LEAD_MS) break;
    const earlier = ruleAt(history, index - 1);
    // Two changes at one instant: the first of them was never in force.
    const hadReign = index === 1 || earlier.since < changed_at;
    if (hadReign) day = Math.max(day, dayUnderRule(changed_at - 1, earlier));
  }
  return day;
}

/** The first instant whose own date is `day` or later: in the first reign that gets so far. */
function startOf(day: number, history: DayHistory): Instant {
  const earliest = day * DAY_MS - FARTHEST_EAST_MS;
  const last = history.length - 1;
  for (let index = 0; index < last; index += 1) {
    const until = ruleAt(history, index + 1).since;
    if (until <= earliest) continue;
    const start = startInReign(day, history, index);
    if (start < until) return start;
  }
  return startInReign(day, history, last);
}

function startInReign(day: number, history: DayHistory, index: number): Instant {
  const rule = ruleAt(history, index);
  const start = startUnderRule(day, rule);
  return index === 0 ? start : Math.max(start, rule.since);
}

function ruleAt(history: DayHistory, index: number): DayHistory[number] {
  const rule = history[index];
  if (rule === undefined) throw new RangeError("a day history needs at least one rule");
  return rule;
}
