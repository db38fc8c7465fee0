import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addDays, daysFromTo } from "../platform/time/dates.ts";
import type { ReportedDay, ScoreRules } from "./scoring.ts";
import { scoreOf, scoreOrder } from "./scoring.ts";
import { anyCurrent, anyDates, anyDays, reported, rules } from "../testing/scored-days.ts";

describe("the least time", () => {
  it("ranks the lower score first", () => {
    expect(scoreOrder("least_time")).toBe("ascending");
  });

  it("is nothing before the first day", () => {
    expect(scoreOf([reported("2026-11-19", 500)], rules, "2026-11-19")).toEqual({
      score: 0,
      days_reported: 0,
      days_total: 0,
      coverage: 1,
    });
  });

  it("counts the current day as far as it is known, and no silence yet", () => {
    expect(scoreOf([], rules, "2026-11-20")).toEqual({
      score: 0,
      days_reported: 0,
      days_total: 1,
      coverage: 1,
    });
    expect(scoreOf([reported("2026-11-20", 90)], rules, "2026-11-20")).toEqual({
      score: 90,
      days_reported: 1,
      days_total: 1,
      coverage: 1,
    });
  });

  it("counts a silent day in full once it is over, and a reported zero as zero", () => {
    const days = [reported("2026-11-20", 0), reported("2026-11-22", 1_000)];
    expect(scoreOf(days, rules, "2026-11-23")).toEqual({
      score: 14_400 + 1_000,
      days_reported: 2,
      days_total: 4,
      coverage: 2 / 3,
    });
  });

  it("counts all days once the challenge is over, and none outside it", () => {
    const days = daysFromTo("2026-11-10", "2026-12-10").map((date) => reported(date, 1));
    expect(scoreOf(days, rules, "2026-12-11")).toEqual({
      score: 5,
      days_reported: 5,
      days_total: 5,
      coverage: 1,
    });
    expect(scoreOf([], rules, "2026-12-11").score).toBe(5 * 14_400);
  });

  it("takes a row that reports nothing as no report", () => {
    const silent: ReportedDay = { date: "2026-11-20", seconds: 0, reported: false };
    expect(scoreOf([silent], rules, "2026-11-21")).toEqual(scoreOf([], rules, "2026-11-21"));
  });

  const anyRules = anyDates.map((dates): ScoreRules => ({ metric: "least_time", ...dates }));

  it("is what one gets by going through the days one by one", () => {
    fc.assert(
      fc.property(anyRules, anyDays, anyCurrent, (someRules, days, current) => {
        const known = new Map(days.map((day) => [day.date, day]));
        let [score, total, over, reportedBegun, reportedOver] = [0, 0, 0, 0, 0];
        for (const date of daysFromTo(someRules.start_date, someRules.end_date)) {
          const day = known.get(date);
          const isOver = date < current;
          if (date <= current) total += 1;
          if (isOver) over += 1;
          if (day?.reported) {
            score += day.seconds;
            if (date <= current) reportedBegun += 1;
            if (isOver) reportedOver += 1;
          } else if (isOver) score += someRules.missing_day_seconds;
        }
        expect(scoreOf(days, someRules, current)).toEqual({
          score,
          days_reported: reportedBegun,
          days_total: total,
          coverage: over === 0 ? 1 : reportedOver / over,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it("is never better for keeping a day over silent that was used less than silence counts", () => {
    fc.assert(
      fc.property(anyRules, anyDays, anyCurrent, fc.nat(20), (someRules, days, current, pick) => {
        const silent = days[pick % Math.max(1, days.length)];
        if (silent === undefined || silent.date >= current) return;
        const told = { ...silent, reported: true, seconds: silent.seconds % 10_000 };
        const strict = { ...someRules, missing_day_seconds: 10_000 };
        const others = days.filter((day) => day !== silent);
        const withSilence = scoreOf(others, strict, current);
        const withReport = scoreOf([...others, told], strict, current);
        expect(withReport.score).toBeLessThanOrEqual(withSilence.score);
        expect(withReport.coverage).toBeGreaterThanOrEqual(withSilence.coverage);
      }),
    );
  });

  it("never falls as days go by without news", () => {
    fc.assert(
      fc.property(anyRules, anyDays, anyCurrent, (someRules, days, current) => {
        const today = scoreOf(days, someRules, current);
        const tomorrow = scoreOf(days, someRules, addDays(current, 1));
        expect(tomorrow.score).toBeGreaterThanOrEqual(today.score);
        expect(tomorrow.days_total).toBeGreaterThanOrEqual(today.days_total);
        expect(tomorrow.days_reported).toBeLessThanOrEqual(tomorrow.days_total);
      }),
    );
  });
});

describe("days under the goal", () => {
  const goal: ScoreRules = { ...rules, metric: "days_under_goal", goal_seconds: 3_600 };
  const anyGoal = fc
    .record({ dates: anyDates, goal_seconds: fc.integer({ min: 1, max: 86_400 }) })
    .map(({ dates, goal_seconds }): ScoreRules => ({
      ...dates,
      metric: "days_under_goal",
      goal_seconds,
    }));

  it("rank the higher score first", () => {
    expect(scoreOrder("days_under_goal")).toBe("descending");
  });

  it("count once over, with less than the goal, and reported", () => {
    const days = [
      reported("2026-11-20", 0),
      reported("2026-11-21", 3_599),
      reported("2026-11-22", 3_600),
      reported("2026-11-24", 10),
    ];
    expect(scoreOf(days, goal, "2026-11-24")).toEqual({
      score: 2,
      days_reported: 4,
      days_total: 5,
      coverage: 3 / 4,
    });
    expect(scoreOf(days, goal, "2026-11-25").score).toBe(3);
  });

  it("are none of silence, however little a silent day counts", () => {
    expect(scoreOf([], { ...goal, missing_day_seconds: 0 }, "2026-11-30").score).toBe(0);
  });

  it("are what one gets by going through the days one by one", () => {
    fc.assert(
      fc.property(anyGoal, anyDays, anyCurrent, (someRules, days, current) => {
        if (someRules.metric !== "days_under_goal") return;
        const known = new Map(days.map((day) => [day.date, day]));
        let score = 0;
        for (const date of daysFromTo(someRules.start_date, someRules.end_date)) {
          const day = known.get(date);
          if (date < current && day?.reported && day.seconds < someRules.goal_seconds) score += 1;
        }
        expect(scoreOf(days, someRules, current).score).toBe(score);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never grow by silence", () => {
    fc.assert(
      fc.property(anyGoal, anyDays, anyCurrent, fc.nat(), (someRules, days, current, pick) => {
        const others = days.filter((_, index) => index !== pick % Math.max(1, days.length));
        const { score } = scoreOf(days, someRules, current);
        expect(scoreOf(others, someRules, current).score).toBeLessThanOrEqual(score);
      }),
    );
  });
});
