/** Days before the first of each month in a common year; index 0 is January. */
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365] as const;

/** Days from 0001-01-01 to 1970-01-01 in the proleptic Gregorian calendar. */
const DAYS_TO_EPOCH = 719_162;

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/**
 * The number of days from 1970-01-01 to a calendar date (negative before it), or NaN where there is
 * no such date: 30 February, month 13, a year outside 1 to 9999, or any part that is NaN.
 */
export function epochDayOf(year: number, month: number, day: number): number {
  const before = DAYS_BEFORE_MONTH[month - 1];
  const after = DAYS_BEFORE_MONTH[month];
  if (before === undefined || after === undefined || !(year >= 1 && year <= 9999)) return NaN;
  const isLeap = isLeapYear(year);
  const length = after - before + (month === 2 && isLeap ? 1 : 0);
  if (!(day >= 1 && day <= length)) return NaN;
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const leapDayOfYear = month > 2 && isLeap ? 1 : 0;
  return past * 365 + leapDays + before + leapDayOfYear + day - 1 - DAYS_TO_EPOCH;
}

/**
 * The number that `count` characters of `text` from `at` on spell in ASCII digits, or NaN when one of
 * them is something else or missing.
 */
export function digitsAt(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
