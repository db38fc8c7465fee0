import type { OwnDate } from "../platform/time/dates.ts";
import { addDays } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import { ownDateAt, splitByOwnDay, type DayHistory } from "../platform/time/own-day.ts";
import { canonicalApp } from "../catalogue/index.ts";
import type { Scope } from "./books.ts";
import type { DayBook } from "./day-book.ts";
import type { HeldItem } from "./items.ts";

/** By which days, and over which apps, a challenge counts a participant's usage. */
export type CountingRule = {
  challenge_id: string;
  /** As they were called when the challenge was made. */
  apps: string[];
  categories: string[];
  /** The first date that counts, and the last one. */
  start_date: OwnDate;
  end_date: OwnDate;
  timezone: string;
  day_start_minute: number;
  /** The dates before `until` are what others are measured against: what comes at `closes_at` (UTC ms) or later changes them no more. */
  baseline: { until: OwnDate; closes_at: Instant } | null;
};

/** One of a challenge's days as it stands: seconds of the counted apps, and whether anything was reported. */
export type BoardDay = { date: OwnDate; seconds: number; reported: boolean };

/** What a day's seconds are read from. */
type Source = {
  book(scope: Scope, date: OwnDate): DayBook;
  isVouchedFor(date: OwnDate): boolean;
};

/** The frozen zone of a counting rule as a history of one rule. */
export function historyOf(rule: CountingRule): DayHistory {
  return [{ since: 0, timezone: rule.timezone, day_start_minute: rule.day_start_minute }];
}

/** Computes one day of a challenge; absolute, so that it may be told twice. What was deleted counts. */
export function boardDay(rule: CountingRule, date: OwnDate, source: Source): BoardDay {
  const book = source.book(scopeOf(rule), date);
  return {
    date,
    seconds: book.total_seconds,
    reported: book.is_reported || source.isVouchedFor(date),
  };
}

/** The dates of a challenge that an item touches. A total's date is taken as it is, in whatever zone. */
export function datesTouched(rule: CountingRule, item: HeldItem): OwnDate[] {
  const dates =
    item.kind === "interval"
      ? splitByOwnDay(item.started_s * SECOND_MS, item.ended_s * SECOND_MS, historyOf(rule)).map(
          (piece) => piece.date,
        )
      : [item.date];
  return dates.filter((date) => date >= rule.start_date && date <= rule.end_date);
}

/**
 * The dates of a challenge that something may have been reported for between two instants, both
 * included. A total names its date by the owner's own days (`own`), which may be ahead of those that
 * the challenge is played by.
 */
export function datesBetween(
  rule: CountingRule,
  from: Instant,
  to: Instant,
  own: DayHistory,
): OwnDate[] {
  const history = historyOf(rule);
  const [played, told] = [ownDateAt(to, history), ownDateAt(to, own)];
  const last = told > played ? told : played;
  const dates: OwnDate[] = [];
  for (let date = ownDateAt(from, history); date <= last; date = addDays(date, 1)) {
    if (date >= rule.start_date && date <= rule.end_date) dates.push(date);
  }
  return dates;
}

/** Asked for again and again, and the same as long as the rule is. */
const scopes = new WeakMap<CountingRule, Scope>();

function scopeOf(rule: CountingRule): Scope {
  const known = scopes.get(rule);
  if (known) return known;
  const scope = newScope(rule);
  scopes.set(rule, scope);
  return scope;
}

function newScope(rule: CountingRule): Scope {
  const { challenge_id, categories } = rule;
  const scope = { key: challenge_id, history: historyOf(rule), with_deleted: true };
  if (rule.apps.length === 0 && categories.length === 0) return scope;
  // Both sides may be older than the catalogue's knowledge of an app, which then has another name now.
  const apps = new Set(rule.apps.map(canonicalApp));
  return {
    ...scope,
    counts: (app, category) => apps.has(canonicalApp(app)) || categories.includes(category),
  };
}
