import { describe, expect, it } from "vitest";
import type { DayRule } from "../platform/time/own-day.ts";
import { movedDates } from "./moved-days.ts";

const at = (text: string) => Date.parse(text);
const rule = (since: string, timezone: string, day_start_minute = 0) => ({
  since: at(since),
  timezone,
  day_start_minute,
});
const home = rule("2026-01-01T00:00:00Z", "UTC");
const now = at("2026-03-03T12:00:00Z");
const moved = (timezone: string, day_start_minute?: DayRule["day_start_minute"]) =>
  movedDates([home], [home, rule("2026-03-03T12:00:00Z", timezone, day_start_minute)], now);

describe("the dates that a move changes", () => {
  it("are the one it cuts short and the one that begins at once, going east over midnight", () => {
    expect(moved("Pacific/Kiritimati")).toEqual(["2026-03-03", "2026-03-04"]);
  });

  it("are today, which gets longer or shorter, where its date stays", () => {
    expect(moved("America/New_York")).toEqual(["2026-03-03"]);
    expect(moved("Asia/Kolkata")).toEqual(["2026-03-03"]);
    expect(moved("UTC", 90)).toEqual(["2026-03-03"]);
  });

  it("are none where the clock on the wall stays the same, and for whom nothing was known", () => {
    expect(moved("Africa/Abidjan")).toEqual([]);
    expect(movedDates([], [home], now)).toEqual([]);
  });
});
