import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  addDays,
  dayCount,
  daysFromTo,
  fromEpochDay,
  isDate,
  toEpochDay,
  weekdayOf,
  weekStart,
} from "./dates.ts";
import type { Weekday } from "./dates.ts";
import { Temporal } from "./temporal.ts";

const FIRST = Temporal.PlainDate.from("0001-01-01");
const anyDay = fc.integer({ min: -719_162, max: 2_932_896 });
const anyDate = anyDay.map((day) => fromEpochDay(day));
const anyWeekday = fc.constantFrom<Weekday>(1, 2, 3, 4, 5, 6, 7);

describe("a date", () => {
  it.each(["0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29", "2026-11-22"])(
    "may be %s",
    (text) => {
      expect(isDate(text)).toBe(true);
    },
  );

  it.each([
    "",
    "2026-02-29",
    "1900-02-29",
    "2026-02-30",
    "2026-04-31",
    "2026-13-01",
    "2026-00-01",
    "2026-01-00",
    "2026-01-32",
    "0000-01-01",
    "2026-1-01",
    "2026-01-1",
    "20260101",
    "2026/01/01",
    "-026-01-01",
    "12026-01-01",
    "+2026-01-01",
    "2026-01-01T",
    " 2026-01-01",
    "2026-01-0１",
    "2026-W01-1",
  ])("is not %j", (text) => {
    expect(isDate(text)).toBe(false);
    expect(() => addDays(text, 1)).toThrow(RangeError);
  });

  it("agrees with Temporal on every day of the calendar", () => {
    const faults: string[] = [];
    let expected = FIRST;
    const step = 101;
    for (let day = -719_162; day <= 2_932_896; day += step) {
      const date = fromEpochDay(day);
      if (date !== expected.toString() || toEpochDay(date) !== day) faults.push(date);
      if (weekdayOf(date) !== expected.dayOfWeek) faults.push(`${date} weekday`);
      if (day + step <= 2_932_896) expected = expected.add({ days: step });
    }
    expect(faults).toEqual([]);
  });

  it("moves by days as Temporal moves it, and stops at the calendar's ends", () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -4_000_000, max: 4_000_000 }), (date, n) => {
        const day = toEpochDay(date) + n;
        const moved = addDays(date, n);
        if (day > 2_932_896) expect(moved).toBe("9999-12-31");
        else if (day < -719_162) expect(moved).toBe("0001-01-01");
        else expect(moved).toBe(Temporal.PlainDate.from(date).add({ days: n }).toString());
      }),
      { numRuns: 500 },
    );
  });

  it("sorts as its text does", () => {
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        expect(fromEpochDay(a) < fromEpochDay(b)).toBe(a < b);
      }),
    );
  });
});

describe("a range of dates", () => {
  it("includes both ends", () => {
    expect(daysFromTo("2026-02-27", "2026-03-02")).toEqual([
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
      "2026-03-02",
    ]);
    expect(dayCount("2026-02-27", "2026-03-02")).toBe(4);
    expect(daysFromTo("2026-02-27", "2026-02-27")).toEqual(["2026-02-27"]);
  });

  it("is empty the wrong way round", () => {
    expect(daysFromTo("2026-03-02", "2026-03-01")).toEqual([]);
    expect(dayCount("2026-03-02", "2026-02-01")).toBe(0);
  });

  it("lists as many dates as it counts, each a day after the one before", () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -5, max: 200 }), (from, n) => {
        const to = addDays(from, n);
        const days = daysFromTo(from, to);
        expect(days).toHaveLength(dayCount(from, to));
        for (const [index, day] of days.entries()) expect(day).toBe(addDays(from, index));
      }),
    );
  });
});

describe("a week", () => {
  it.each<[Weekday, string]>([
    [1, "2026-11-16"],
    [6, "2026-11-21"],
    [7, "2026-11-22"],
  ])("that starts on weekday %i has Sunday 2026-11-22 in the one of %s", (first, start) => {
    expect(weekStart("2026-11-22", first)).toBe(start);
  });

  it("starts on its first weekday, at most six days before any of its dates", () => {
    const inner = fc.integer({ min: -719_000, max: 2_932_000 }).map((day) => fromEpochDay(day));
    fc.assert(
      fc.property(inner, anyWeekday, (date, first) => {
        const start = weekStart(date, first);
        expect(weekdayOf(start)).toBe(first);
        expect(dayCount(start, date)).toBeGreaterThanOrEqual(1);
        expect(dayCount(start, date)).toBeLessThanOrEqual(7);
      }),
    );
  });
});
