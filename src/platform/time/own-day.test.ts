import { describe, expect, it } from "vitest";

import { addDays } from "./dates.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, parseInstant } from "./instant.ts";
import type { DayHistory, DayRule } from "./own-day.ts";
import { dayBounds, dayStart, ownDateAt, ownDateOf, splitByOwnDay } from "./own-day.ts";

function at(text: string): number {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`no instant: ${text}`);
  return instant;
}

function hours(date: string, rule: DayRule): number {
  return (dayStart(addDays(date, 1), rule) - dayStart(date, rule)) / HOUR_MS;
}

describe("a day of one's own", () => {
  const paris: DayRule = { timezone: "Europe/Paris", day_start_minute: 240 };

  it("runs from its start minute to the next and is named by the date on which it starts", () => {
    expect(ownDateOf(at("2026-11-23T02:59:59.999Z"), paris)).toBe("2026-11-22");
    expect(ownDateOf(at("2026-11-23T03:00:00Z"), paris)).toBe("2026-11-23");
    expect(dayStart("2026-11-23", paris)).toBe(at("2026-11-23T03:00:00Z"));
  });

  it.each([
    ["Europe/Paris", 0, "2026-03-29", 23],
    ["Europe/Paris", 0, "2026-10-25", 25],
    ["Europe/Paris", 240, "2026-03-28", 23],
    ["Australia/Lord_Howe", 0, "2026-10-04", 23.5],
    ["Australia/Lord_Howe", 0, "2026-04-05", 24.5],
    ["Antarctica/Troll", 0, "2026-03-29", 22],
    ["Antarctica/Troll", 0, "2026-10-25", 26],
    ["Asia/Beirut", 0, "2026-03-29", 23],
    ["Pacific/Apia", 0, "2011-12-30", 0],
    ["Pacific/Apia", 0, "2011-12-29", 24],
    ["Asia/Tokyo", 719, "2026-03-29", 24],
  ])("in %s from minute %i on, %s lasts %d hours", (timezone, day_start_minute, date, length) => {
    expect(hours(date, { timezone, day_start_minute })).toBe(length);
  });

  it("does not end again when the clock is set back over its start", () => {
    // Newfoundland set its clocks back at 00:01, to 23:01 of the day before.
    const rule = { timezone: "America/St_Johns", day_start_minute: 0 };
    expect(ownDateOf(at("2010-11-07T02:30:00Z"), rule)).toBe("2010-11-07");
    expect(ownDateOf(at("2010-11-07T02:45:00Z"), rule)).toBe("2010-11-07");
    expect(hours("2010-11-07", rule)).toBe(25);
  });
});

describe("own days of a traveller", () => {
  const history: DayHistory = [
    { timezone: "Europe/Paris", day_start_minute: 0, since: at("2026-01-01T00:00:00Z") },
    { timezone: "America/New_York", day_start_minute: 0, since: at("2026-11-10T01:00:00Z") },
    { timezone: "Asia/Tokyo", day_start_minute: 0, since: at("2026-11-20T22:00:00Z") },
  ];

  it("keep the date reached when flying west, until the new clock leaves it", () => {
    // 02:00 on the 10th in Paris is 20:00 on the 9th in New York.
    expect(ownDateAt(at("2026-11-10T01:00:00Z"), history)).toBe("2026-11-10");
    expect(dayBounds("2026-11-10", history)).toEqual({
      starts_at: at("2026-11-09T23:00:00Z"),
      ends_at: at("2026-11-11T05:00:00Z"),
    });
  });

  it("jump to the new date at the change when flying east", () => {
    // 17:00 on the 20th in New York is 07:00 on the 21st in Tokyo.
    expect(ownDateAt(at("2026-11-20T21:59:59.999Z"), history)).toBe("2026-11-20");
    expect(ownDateAt(at("2026-11-20T22:00:00Z"), history)).toBe("2026-11-21");
    expect(dayBounds("2026-11-20", history)).toEqual({
      starts_at: at("2026-11-20T05:00:00Z"),
      ends_at: at("2026-11-20T22:00:00Z"),
    });
  });

  it("leave the past as it was booked", () => {
    expect(ownDateAt(at("2026-11-09T22:59:59Z"), history)).toBe("2026-11-09");
    expect(ownDateAt(at("2025-07-01T21:59:59Z"), history)).toBe("2025-07-01");
    expect(ownDateAt(at("2025-07-01T22:00:00Z"), history)).toBe("2025-07-02");
  });

  it("are empty where a change skipped them", () => {
    const eastward: DayHistory = [
      { timezone: "Pacific/Pago_Pago", day_start_minute: 719, since: 0 },
      { timezone: "Pacific/Kiritimati", day_start_minute: 0, since: at("2026-11-20T12:00:00Z") },
    ];
    // Pago Pago's 19th becomes Kiritimati's 21st.
    const skipped = dayBounds("2026-11-20", eastward);
    expect(skipped).toEqual({
      starts_at: at("2026-11-20T12:00:00Z"),
      ends_at: at("2026-11-20T12:00:00Z"),
    });
  });

  it("give no second budget to one who flips the zone to and fro", () => {
    const start = at("2026-11-10T09:30:00Z");
    const flips = Array.from({ length: 200 }, (_, n) => ({
      timezone: n % 2 === 0 ? "Pacific/Kiritimati" : "Pacific/Pago_Pago",
      day_start_minute: n % 3 === 0 ? 719 : 0,
      since: start + n * 15 * MINUTE_MS,
    }));
    const pieces = splitByOwnDay(start, start + 3 * DAY_MS, flips);
    const dates = pieces.map(({ date }) => date);
    expect(new Set(dates).size).toBe(dates.length);
    expect(dates.length).toBeLessThanOrEqual(5);
  });

  it("follow the later of two changes at one instant", () => {
    const change = at("2026-11-10T12:00:00Z");
    const twice: DayHistory = [
      { timezone: "UTC", day_start_minute: 0, since: 0 },
      { timezone: "Pacific/Kiritimati", day_start_minute: 0, since: change },
      { timezone: "UTC", day_start_minute: 0, since: change },
    ];
    expect(ownDateAt(change, twice)).toBe("2026-11-10");
    expect(dayBounds("2026-11-11", twice).starts_at).toBe(at("2026-11-11T00:00:00Z"));
  });

  it("are none without a rule or with an unknown zone", () => {
    expect(() => ownDateAt(0, [])).toThrow(RangeError);
    expect(() => dayBounds("2026-01-01", [])).toThrow(RangeError);
    const unknown = [{ timezone: "Mars/Olympus", day_start_minute: 0, since: 0 }];
    expect(() => ownDateAt(0, unknown)).toThrow(RangeError);
  });
});
