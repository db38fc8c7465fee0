import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addDays, daysFromTo } from "../platform/time/dates.ts";
import type { ReportedDay, ScoreRules } from "./scoring.ts";
import { scoreOf, scoreOrder } from "./scoring.ts";

const rules: ScoreRules = {
  metric: "least_time",
  start_date: "2026-11-20",
  end_date: "2026-11-24",
  missing_day_seconds: 14_400,
};

function reported(date: string, seconds: number): ReportedDay {
  return { date, seconds, reported: true };
}

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

  const anyRules = fc
    .record({ start: fc.nat(30), length: fc.integer({ min: 1, max: 20 }), missing: fc.nat(86_400) })
    .map(({ start, length, missing }): ScoreRules => ({
      metric: "least_time",
      start_date: addDays("2026-11-01", start),
      end_date: addDays("2026-11-01", start + length - 1),
      missing_day_seconds: missing,
    }));
  const anyDay = fc.record({
    date: fc.nat(60).map((n) => addDays("2026-10-25", n)),
    seconds: fc.nat(86_400),
    reported: fc.boolean(),
  });
  const anyDays = fc.uniqueArray(anyDay, { selector: ({ date }) => date });
  const anyCurrent = fc.nat(60).map((n) => addDays("2026-10-25", n));

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
