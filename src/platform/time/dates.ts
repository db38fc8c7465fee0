import { digitsAt, epochDayOf } from "./calendar.ts";
import { DAY_MS, type Instant } from "./instant.ts";

/** A calendar date "YYYY-MM-DD", years 0001 to 9999; dates sort as their texts do. */
export type OwnDate = string;

/** A day of the week as ISO 8601 counts: 1 = Monday … 7 = Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

const FIRST_DAY = epochDayOf(1, 1, 1);
const LAST_DAY = epochDayOf(9999, 12, 31);

/** Date texts by epoch day: the same few weeks are asked for again and again. */
const texts = new Map<number, OwnDate>();
const MAX_TEXTS = 4_096;

/** Whether `text` is a date that exists, written "YYYY-MM-DD": no 2026-02-30, no 2026-2-3. */
export function isDate(text: string): boolean {
  return !Number.isNaN(parseEpochDay(text));
}

/** The days from 1970-01-01 to a date. Throws a RangeError where `date` is none. */
export function toEpochDay(date: OwnDate): number {
  const day = parseEpochDay(date);
  if (Number.isNaN(day)) throw new RangeError(`not a date: ${date}`);
  return day;
}

/**
 * The date so many days after 1970-01-01. Stops at 0001-01-01 and 9999-12-31: arithmetic on a
 * client's dates can leave neither the wire's format nor what MySQL holds.
 */
export function fromEpochDay(day: number): OwnDate {
  const known = texts.get(day);
  if (known !== undefined) return known;
  const within = Math.min(Math.max(day, FIRST_DAY), LAST_DAY);
  const text = new Date(within * DAY_MS).toISOString().slice(0, 10);
  if (texts.size >= MAX_TEXTS) texts.clear();
  texts.set(day, text);
  return text;
}

/** The UTC date of an instant (UTC ms): for whatever belongs to nobody's own day. */
export function utcDate(instant: Instant): OwnDate {
  return fromEpochDay(Math.floor(instant / DAY_MS));
}

function parseEpochDay(text: string): number {
  if (text.length !== 10 || text[4] !== "-" || text[7] !== "-") return NaN;
  return epochDayOf(digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2));
}

/** The date `n` days later (earlier when negative), stopping at 0001-01-01 and 9999-12-31. */
export function addDays(date: OwnDate, n: number): OwnDate {
  return fromEpochDay(toEpochDay(date) + n);
}

/** How many dates there are from `from` to `to`, both included; 0 when `to` is earlier. */
export function dayCount(from: OwnDate, to: OwnDate): number {
  return Math.max(0, toEpochDay(to) - toEpochDay(from) + 1);
}

/** The dates from `from` to `to`, both included, in order; none when `to` is earlier. */
export function daysFromTo(from: OwnDate, to: OwnDate): OwnDate[] {
  const first = toEpochDay(from);
  return Array.from({ length: dayCount(from, to) }, (_, n) => fromEpochDay(first + n));
}

/** The weekday of a date. */
export function weekdayOf(date: OwnDate): Weekday {
  // 1970-01-01 was a Thursday.
  return (modulo(toEpochDay(date) + 3, 7) + 1) as Weekday;
}

/** The first day of the week a date lies in, for weeks that begin on the weekday `week_start`. */
export function weekStart(date: OwnDate, week_start: Weekday): OwnDate {
  return addDays(date, -modulo(weekdayOf(date) - week_start, 7));
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
