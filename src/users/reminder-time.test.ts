import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { OracleClock } from "../platform/time/oracle.ts";
import { nextReminderAt, WINDOW_MS } from "./reminder-time.ts";

const next = (after: string, timezone: string, reminder_time: string) =>
  new Date(nextReminderAt(Date.parse(after), { timezone, reminder_time })).toISOString();

describe("a reminder", () => {
  it.each([
    ["2026-06-01T10:00:00Z", "UTC", "20:00", "2026-06-01T20:00:00.000Z"],
    ["2026-06-01T20:00:00Z", "UTC", "20:00", "2026-06-02T20:00:00.000Z"],
    ["2026-06-01T10:00:00Z", "Asia/Kathmandu", "20:00", "2026-06-01T14:15:00.000Z"],
    ["2026-06-01T10:00:00Z", "Pacific/Kiritimati", "00:05", "2026-06-02T10:00:00.000Z"],
    ["2026-06-01T09:00:00Z", "Pacific/Kiritimati", "00:05", "2026-06-01T10:00:00.000Z"],
    ["2026-06-01T10:00:00Z", "UTC", "20:14", "2026-06-01T20:00:00.000Z"],
    ["2026-06-01T10:00:00Z", "UTC", "20:15", "2026-06-01T20:15:00.000Z"],
  ])("after %s, in %s at %s, is due at %s", (after, timezone, time, due) => {
    expect(next(after, timezone, time)).toBe(due);
  });

  it.each([
    ["the evening before summer time", "2026-03-28T18:00:00Z", "20:00", "2026-03-28T19:00:00.000Z"],
    ["its first evening", "2026-03-28T19:00:00Z", "20:00", "2026-03-29T18:00:00.000Z"],
    ["a minute that is skipped", "2026-03-28T12:00:00Z", "02:30", "2026-03-29T01:00:00.000Z"],
    ["a minute that comes twice", "2026-10-24T12:00:00Z", "02:30", "2026-10-25T00:30:00.000Z"],
    ["the day after that", "2026-10-25T00:30:00Z", "02:30", "2026-10-26T01:30:00.000Z"],
  ])("keeps to the wall clock of Paris on %s", (_which, after, time, due) => {
    expect(next(after, "Europe/Paris", time)).toBe(due);
  });

  it("comes on every date of every zone, at the quarter that holds its minute", () => {
    const from = Date.UTC(2026, 0, 1);
    const zones = Intl.supportedValuesOf("timeZone");
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 0, max: 330 }),
        (timezone, minute, day) => {
          const start = from + day * DAY_MS;
          const wall = new OracleClock(timezone, start - 2 * DAY_MS, start + 34 * DAY_MS);
          const reminder_time = [Math.floor(minute / 60), minute % 60]
            .map((part) => String(part).padStart(2, "0"))
            .join(":");
          let at = start;
          const dates = new Set<number>();
          for (let n = 0; n < 30; n += 1) {
            const due = nextReminderAt(at, { timezone, reminder_time });
            expect(due).toBeGreaterThan(at);
            expect(due % WINDOW_MS).toBe(0);
            // A clock that jumps makes a day longer or shorter, by an hour nearly everywhere.
            if (n > 0) expect(Math.abs(due - at - DAY_MS)).toBeLessThanOrEqual(3 * HOUR_MS);
            const reading = wall.read(due);
            const late = minute * MINUTE_MS - (((reading % DAY_MS) + DAY_MS) % DAY_MS);
            const isJump = wall.offsetAt(due - HOUR_MS) !== wall.offsetAt(due + WINDOW_MS);
            if (!isJump) expect(late >= 0 && late < WINDOW_MS).toBe(true);
            dates.add(Math.floor((reading + WINDOW_MS - 1) / DAY_MS));
            at = due;
          }
          expect(dates.size).toBeGreaterThanOrEqual(29);
        },
      ),
      { numRuns: 60 },
    );
  });
});
