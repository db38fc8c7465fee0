import { describe, expect, it } from "vitest";

import { formatInstant, parseInstant } from "./instant.ts";
import { firstInstantOf, wallClockAt } from "./wall-clock.ts";

function at(text: string): number {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`no instant: ${text}`);
  return instant;
}

describe("a wall clock", () => {
  it.each([
    ["2026-11-22T23:30:00Z", "Europe/Paris", "2026-11-23", 30],
    ["2026-11-22T00:10:59.999Z", "America/St_Johns", "2026-11-21", 20 * 60 + 40],
    ["2026-11-22T00:00:00Z", "Asia/Kathmandu", "2026-11-22", 5 * 60 + 45],
    ["2026-11-22T12:00:00Z", "Pacific/Kiritimati", "2026-11-23", 2 * 60],
    ["1969-12-31T23:59:59Z", "UTC", "1969-12-31", 1439],
  ])("at %s in %s reads %s and minute %i", (text, timezone, date, minute) => {
    expect(wallClockAt(at(text), timezone)).toEqual({ date, minute });
  });

  it.each([
    ["an ordinary reading", "2026-11-22", 600, "Europe/Paris", "2026-11-22T09:00:00.000Z"],
    [
      "a reading in a gap: when it is skipped",
      "2026-03-29",
      150,
      "Europe/Paris",
      "2026-03-29T01:00:00.000Z",
    ],
    [
      "a reading shown twice: the earlier",
      "2026-10-25",
      150,
      "Europe/Paris",
      "2026-10-25T00:30:00.000Z",
    ],
    ["half an hour skipped", "2026-10-04", 135, "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"],
    ["two hours skipped", "2026-03-29", 120, "Antarctica/Troll", "2026-03-29T01:00:00.000Z"],
    ["a midnight that does not exist", "2026-03-29", 0, "Asia/Beirut", "2026-03-28T22:00:00.000Z"],
    [
      "a midnight the clock is set back from",
      "2026-10-25",
      0,
      "Asia/Beirut",
      "2026-10-24T22:00:00.000Z",
    ],
    ["a midnight shown twice", "2026-11-01", 0, "America/Havana", "2026-11-01T04:00:00.000Z"],
    ["a skipped date", "2011-12-30", 600, "Pacific/Apia", "2011-12-30T10:00:00.000Z"],
    ["an offset with seconds", "1970-06-01", 0, "Africa/Monrovia", "1970-06-01T00:44:30.000Z"],
    ["a repeated date: the first", "1867-10-18", 720, "America/Juneau", "1867-10-17T20:57:41.000Z"],
  ])("first comes to %s", (_, date, minute, timezone, instant) => {
    expect(formatInstant(firstInstantOf(date, minute, timezone))).toBe(instant);
  });

  it("goes on changing in the far future", () => {
    expect(formatInstant(firstInstantOf("2450-07-01", 0, "Europe/Paris"))).toBe(
      "2450-06-30T22:00:00.000Z",
    );
    expect(formatInstant(firstInstantOf("2450-12-01", 0, "Europe/Paris"))).toBe(
      "2450-11-30T23:00:00.000Z",
    );
  });

  it("answers for the calendar's first and last dates", () => {
    expect(formatInstant(firstInstantOf("0001-01-02", 0, "UTC"))).toBe("0001-01-02T00:00:00.000Z");
    expect(formatInstant(firstInstantOf("9999-12-31", 0, "UTC"))).toBe("9999-12-31T00:00:00.000Z");
  });

  it("is none in an unknown zone", () => {
    expect(() => wallClockAt(0, "Mars/Olympus")).toThrow(RangeError);
    expect(() => wallClockAt(NaN, "UTC")).toThrow(RangeError);
  });
});
