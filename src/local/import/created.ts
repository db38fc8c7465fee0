/** As databases export it: `T` or a blank, up to nanoseconds, with an offset or, as FastAPI stores UTC, without. */
const SHAPE =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)?$/i;

const EARLIEST = Date.UTC(2000, 0, 1);

/**
 * The instant (UTC ms) that an ISO date-time names, read as UTC where it has no offset; null where it
 * is none, or lies before 2000 or after `now`: by an account's creation its first day rule holds.
 */
export function readCreated(text: string, now: number): number | null {
  const match = SHAPE.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  const ms = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const offsetHours = Number(match[10] ?? 0);
  const offsetMinutes = Number(match[11] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59)
    return null;
  const local = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // Date.UTC carries a 31st of February over into March.
  if (new Date(local).toISOString().slice(0, 10) !== text.slice(0, 10)) return null;
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  const instant = match[9] === "-" ? local + offset : local - offset;
  return instant >= EARLIEST && instant <= now ? instant : null;
}
