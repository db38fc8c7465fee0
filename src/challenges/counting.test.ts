import { describe, expect, it } from "vitest";
import { formatInstant } from "../platform/time/instant.ts";
import { countingRuleOf, type MembershipRow } from "./counting.ts";

const row: MembershipRow = {
  challenge_id: "c",
  apps: ["instagram"],
  categories: [],
  metric: "most_reduction",
  start_date: "2026-03-09",
  end_date: "2026-03-12",
  grace_hours: 12,
  timezone: "America/New_York",
  day_start_minute: 60,
  joined_at: Date.parse("2026-03-01T00:00:00Z"),
};
const closes = (rule: MembershipRow) => formatInstant(countingRuleOf(rule).baseline!.closes_at);

describe("by what a participant is counted", () => {
  it("is the challenge's days, and for a reduction the week before it too", () => {
    const { start_date, end_date, baseline } = countingRuleOf(row);
    expect([start_date, baseline?.until, end_date]).toEqual([
      "2026-03-02",
      "2026-03-09",
      "2026-03-12",
    ]);
    for (const metric of ["least_time", "days_under_goal"] as const) {
      expect(countingRuleOf({ ...row, metric })).toMatchObject({
        start_date: "2026-03-09",
        baseline: null,
      });
    }
  });

  it("leaves the week before open until the grace after the first own day's start is over", () => {
    // Clocks went forward on 8 March: one o'clock is 05:00 UTC.
    expect(closes(row)).toBe("2026-03-09T17:00:00.000Z");
    expect(closes({ ...row, grace_hours: 0 })).toBe("2026-03-09T05:00:00.000Z");
  });

  it("leaves it open for who comes later until the grace after that is over", () => {
    const joined_at = Date.parse("2026-03-10T00:00:00Z");
    expect(closes({ ...row, joined_at })).toBe("2026-03-10T12:00:00.000Z");
  });
});
