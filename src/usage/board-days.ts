import type { OwnDate } from "../platform/time/dates.ts";
import { addDays } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import { dayBounds, ownDateAt, splitByOwnDay, type DayHistory } from "../platform/time/own-day.ts";
import type { Piece } from "./day-book.ts";
import { IntervalSet } from "./intervals.ts";

/** By which days, and over which apps, a challenge counts a participant's usage. */
export type CountingRule = {
  challenge_id: string;
  apps: string[];
  categories: string[];
  start_date: OwnDate;
  end_date: OwnDate;
  timezone: string;
  day_start_minute: number;
};

/** One of a challenge's days as it stands: seconds of the counted apps, and whether anything was reported. */
export type BoardDay = { date: OwnDate; seconds: number; reported: boolean };

/** What a day's seconds are computed from. */
type Source = {
  piecesBetween(starts_at: Instant, ends_at: Instant): Piece[];
  isVouchedFor(date: OwnDate): boolean;
};

/** The frozen zone of a counting rule as a history of one rule. */
export function historyOf(rule: CountingRule): DayHistory {
  return [{ since: 0, timezone: rule.timezone, day_start_minute: rule.day_start_minute }];
}

/** Computes one day of a challenge from the items; absolute, so that it may be told twice. */
export function boardDay(rule: CountingRule, date: OwnDate, source: Source): BoardDay {
  const { starts_at, ends_at } = dayBounds(date, historyOf(rule));
  const pieces = source.piecesBetween(starts_at, ends_at);
  const counted = new IntervalSet();
  for (const piece of pieces) {
    if (counts(rule, piece)) counted.add(piece.started_s, piece.ended_s);
  }
  return {
    date,
    seconds: counted.seconds,
    reported: pieces.length > 0 || source.isVouchedFor(date),
  };
}

/** The dates of a challenge that an interval of use touches (seconds since the epoch). */
export function datesTouched(
  rule: CountingRule,
  item: { started_s: number; ended_s: number },
): OwnDate[] {
  return splitByOwnDay(item.started_s * SECOND_MS, item.ended_s * SECOND_MS, historyOf(rule))
    .map((piece) => piece.date)
    .filter((date) => date >= rule.start_date && date <= rule.end_date);
}

/** The dates of a challenge between two instants, both included. */
export function datesBetween(rule: CountingRule, from: Instant, to: Instant): OwnDate[] {
  const history = historyOf(rule);
  const last = ownDateAt(to, history);
  const dates: OwnDate[] = [];
  for (let date = ownDateAt(from, history); date <= last; date = addDays(date, 1)) {
    if (date >= rule.start_date && date <= rule.end_date) dates.push(date);
  }
  return dates;
}

function counts(rule: CountingRule, piece: Piece): boolean {
  if (rule.apps.length === 0 && rule.categories.length === 0) return true;
  return rule.apps.includes(piece.app) || rule.categories.includes(piece.category);
}
