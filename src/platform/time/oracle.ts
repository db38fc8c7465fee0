import { DAY_MS, HOUR_MS, MINUTE_MS } from "./instant.ts";

/**
 * Test only: a zone's wall clock read through Intl alone, minute by minute where it changes, so that
 * it shares nothing with what it checks. Knows the stretch [from, until); both whole UTC minutes.
 */
export class OracleClock {
  /** Where each constant stretch begins, and how far the clock is ahead of UTC in it, in ms. */
  readonly changes: { at: number; offset_ms: number }[] = [];

  constructor(timezone: string, from: number, until: number) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      timeZoneName: "longOffset",
    });
    let offset = readOffset(format, from);
    this.changes.push({ at: from, offset_ms: offset });
    // No zone has ever set its clock twice within half a day.
    for (let sample = from; sample < until; sample += 12 * HOUR_MS) {
      const ahead = Math.min(sample + 12 * HOUR_MS, until);
      const changed = readOffset(format, ahead);
      if (changed === offset) continue;
      let minute = sample;
      while (readOffset(format, minute) === offset) minute += MINUTE_MS;
      offset = changed;
      this.changes.push({ at: minute, offset_ms: offset });
    }
  }

  /** How many ms the clock is ahead of UTC at an instant. */
  offsetAt(instant: number): number {
    let offset = 0;
    for (const change of this.changes) {
      if (change.at > instant) break;
      offset = change.offset_ms;
    }
    return offset;
  }

  /** What the clock reads, as ms since 1970-01-01T00:00 of the wall. */
  read(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /** The first minute at which the clock reads `reading` or later, found by walking up to it. */
  firstMinuteReading(reading: number): number {
    const isQuiet = this.changes.every(({ at }) => Math.abs(at - reading) > 2 * DAY_MS);
    let instant = isQuiet ? reading - this.offsetAt(reading) - MINUTE_MS : reading - 27 * HOUR_MS;
    while (this.read(instant) < reading) instant += MINUTE_MS;
    return instant;
  }
}

function readOffset(format: Intl.DateTimeFormat, instant: number): number {
  const text = format.format(instant);
  const match = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(text);
  if (match === null) throw new Error(`no offset in ${text}`);
  const [, sign, hours, minutes] = match;
  if (sign === undefined) return 0;
  const size = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  return sign === "-" ? -size : size;
}
