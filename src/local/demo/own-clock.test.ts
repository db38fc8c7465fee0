import { describe, expect, it } from "vitest";
import { daysFrom, ownClock, shiftDate, startOfDate } from "./own-clock.ts";

describe("a zone's own clock", () => {
  it("reads another date on the other side of the date line", () => {
    const now = Date.parse("2026-11-22T17:30:00Z");
    expect(ownClock(now, "Pacific/Pago_Pago")).toEqual({
      date: "2026-11-22",
      weekday: "Sun",
      time: "06:30",
    });
    expect(ownClock(now, "Pacific/Apia")).toEqual({
      date: "2026-11-23",
      weekday: "Mon",
      time: "06:30",
    });
  });

  it.each([
    ["2026-03-29", "Europe/Paris", "2026-03-28T23:00:00Z"],
    ["2026-03-30", "Europe/Paris", "2026-03-29T22:00:00Z"],
    ["2026-10-25", "Europe/Paris", "2026-10-24T22:00:00Z"],
    ["2026-10-26", "Europe/Paris", "2026-10-25T23:00:00Z"],
    ["2026-11-01", "America/New_York", "2026-11-01T04:00:00Z"],
    ["2026-11-02", "America/New_York", "2026-11-02T05:00:00Z"],
    ["2026-06-01", "Pacific/Apia", "2026-05-31T11:00:00Z"],
  ])("begins %s in %s at %s", (date, timezone, instant) => {
    expect(new Date(startOfDate(date, timezone)).toISOString()).toBe(instant.replace("Z", ".000Z"));
  });

  it("counts dates over the ends of months and years", () => {
    expect(shiftDate("2026-12-31", 1)).toBe("2027-01-01");
    expect(shiftDate("2026-03-01", -1)).toBe("2026-02-28");
    expect(daysFrom("2026-12-30", "2027-01-02")).toBe(3);
  });
});
