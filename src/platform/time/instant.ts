import { digitsAt, epochDayOf } from "./calendar.ts";

/** A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** 0001-01-01T00:00:00Z and the first moment of the year 10000: what RFC 3339 can write. */
const FIRST_INSTANT: Instant = -62_135_596_800_000;
const END_OF_INSTANTS: Instant = 253_402_300_800_000;

/** More digits of a second than this say nothing; no honest client comes near. */
const MAX_LENGTH = 64;

const [DASH, COLON, DOT, PLUS] = [45, 58, 46, 43];
/** With this bit set a letter's code is that of its lower case. */
const LOWER_CASE = 32;
const [LOWER_T, LOWER_Z] = [116, 122];

/**
 * The instant an RFC 3339 date-time names, or null where `text` is none. The offset is required
 * (`Z` or ±HH:MM, up to 23:59); `T` and `Z` may be lower case; any number of digits may follow the
 * seconds, of which the first three count. Refused: 24:00, dates that do not exist, a leap second
 * (:60, which an instant in milliseconds cannot hold), and what falls outside the years 1 to 9999 UTC.
 */
export function parseInstant(text: string): Instant | null {
  if (text.length < 20 || text.length > MAX_LENGTH) return null;
  const isShaped =
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    (text.charCodeAt(10) | LOWER_CASE) === LOWER_T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON;
  if (!isShaped) return null;
  const day = epochDayOf(digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2));
  const hour = digitsAt(text, 11, 2);
  const minute = digitsAt(text, 14, 2);
  const second = digitsAt(text, 17, 2);
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return null;

  const offsetAt = endOfFraction(text);
  const instant =
    day * DAY_MS +
    hour * HOUR_MS +
    minute * MINUTE_MS +
    second * SECOND_MS +
    fractionMs(text, offsetAt) -
    offsetMs(text, offsetAt);
  // Any part that was no number has made the sum NaN, which is in no range.
  return instant >= FIRST_INSTANT && instant < END_OF_INSTANTS ? instant : null;
}

/** Where the digits after the seconds end, the dot included; 19 when there are none. */
function endOfFraction(text: string): number {
  if (text.charCodeAt(19) !== DOT) return 19;
  let at = 20;
  while (digitsAt(text, at, 1) >= 0) at += 1;
  return at;
}

/** The milliseconds that the digits from 20 to `end` spell, rounded down; NaN for a dot alone. */
function fractionMs(text: string, end: number): number {
  if (end === 19) return 0;
  const count = Math.min(end - 20, 3);
  if (count === 0) return NaN;
  return Math.floor(digitsAt(text, 20, count) * 10 ** (3 - count));
}

/** The offset that fills `text` from `at` to its end, in ms east of UTC, or NaN when it is none. */
function offsetMs(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if ((sign | LOWER_CASE) === LOWER_Z) return text.length === at + 1 ? 0 : NaN;
  if ((sign !== PLUS && sign !== DASH) || text.length !== at + 6) return NaN;
  const hours = digitsAt(text, at + 1, 2);
  const minutes = digitsAt(text, at + 4, 2);
  if (!(hours <= 23 && minutes <= 59) || text.charCodeAt(at + 3) !== COLON) return NaN;
  const size = hours * HOUR_MS + minutes * MINUTE_MS;
  return sign === PLUS ? size : -size;
}

/**
 * An instant on the wire: `YYYY-MM-DDTHH:mm:ss.sssZ`, always with milliseconds, so that texts sort
 * as their instants do. Throws a RangeError for NaN and infinities.
 */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}
