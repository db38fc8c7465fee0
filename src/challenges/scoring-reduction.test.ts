import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addDays, daysFromTo } from "../platform/time/dates.ts";
import type { ReportedDay, ScoreRules } from "./scoring.ts";
import { firstScoredDate, LEAST_REDUCTION, scoreOf, scoreOrder } from "./scoring.ts";
import { anyCurrent, anyDates, anyDays, reported, rules } from "../testing/scored-days.ts";

describe("the most reduction", () => {
  const less: ScoreRules = { ...rules, metric: "most_reduction" };
  const anyLess = anyDates.map((dates): ScoreRules => ({ metric: "most_reduction", ...dates }));
  const week = (seconds: number) =>
    daysFromTo("2026-11-13", "2026-11-19").map((date) => reported(date, seconds));
  const scoreOn = (current: string, days: ReportedDay[], some: ScoreRules = less) =>
    scoreOf(days, some, current).score;

  it("ranks the higher score first, and depends on the week before the start", () => {
    expect(scoreOrder("most_reduction")).toBe("descending");
    expect(firstScoredDate(less)).toBe("2026-11-13");
    expect(firstScoredDate(rules)).toBe("2026-11-20");
  });

  it("is the percentage less a day than in the week before", () => {
    const days = [...week(1_000), reported("2026-11-20", 700), reported("2026-11-21", 600)];
    expect(scoreOf(days, less, "2026-11-22")).toEqual({
      score: 35,
      days_reported: 2,
      days_total: 3,
      coverage: 1,
    });
    expect(scoreOn("2026-11-22", [...week(300), reported("2026-11-20", 100)])).toBe(
      LEAST_REDUCTION,
    );
  });

  it("is nothing before the first day, and on it until more was used than usual", () => {
    expect(scoreOn("2026-11-19", week(1_000))).toBe(0);
    expect(scoreOn("2026-11-20", week(1_000))).toBe(0);
    expect(scoreOn("2026-11-20", [...week(1_000), reported("2026-11-20", 900)])).toBe(0);
    expect(scoreOn("2026-11-20", [...week(1_000), reported("2026-11-20", 1_100)])).toBe(-10);
  });

  it("takes the day that runs in as soon as that makes it worse, and any day once it is over", () => {
    const first = [...week(1_000), reported("2026-11-20", 500)];
    const second = (seconds: number) => [...first, reported("2026-11-21", seconds)];
    expect(scoreOn("2026-11-21", first)).toBe(50);
    expect(scoreOn("2026-11-21", second(400))).toBe(50);
    expect(scoreOn("2026-11-21", second(600))).toBe(45);
    expect(scoreOn("2026-11-22", second(400))).toBe(55);
  });

  it("counts a silent day as the larger of what the challenge says and what is usual", () => {
    expect(scoreOn("2026-11-21", week(28_800))).toBe(0);
    expect(scoreOn("2026-11-21", week(7_200))).toBe(-100);
    expect(scoreOn("2026-11-21", week(7_200), { ...less, missing_day_seconds: 0 })).toBe(0);
  });

  it("takes a day before the start that nobody reported for one of 0 s", () => {
    const days = [reported("2026-11-14", 700), reported("2026-11-20", 50)];
    expect(scoreOn("2026-11-21", days)).toBe(50);
  });

  it("is none without a week before: 0 for no use, and as little as can be for any", () => {
    const none = reported("2026-11-20", 0);
    expect(scoreOn("2026-11-21", [none])).toBe(0);
    expect(scoreOn("2026-11-21", [reported("2026-11-20", 1)])).toBe(LEAST_REDUCTION);
    expect(scoreOn("2026-11-21", [...week(0), none])).toBe(0);
    expect(scoreOn("2026-11-21", [])).toBe(LEAST_REDUCTION);
  });

  /** By the words of the contract and the README, in fractions and without the module's own helpers. */
  function byHand(days: ReportedDay[], someRules: ScoreRules, current: string): number {
    const known = new Map(days.filter((day) => day.reported).map((day) => [day.date, day.seconds]));
    let before = 0;
    for (let n = 1; n <= 7; n += 1) before += known.get(addDays(someRules.start_date, -n)) ?? 0;
    const usual = before / 7;
    let [spent, over, running] = [0, 0, 0];
    for (const date of daysFromTo(someRules.start_date, someRules.end_date)) {
      if (date < current) {
        over += 1;
        spent += known.get(date) ?? Math.max(someRules.missing_day_seconds, usual);
      } else running += known.get(date) ?? 0;
    }
    const percent = (total: number, count: number) => {
      if (count === 0) return 0;
      if (usual === 0) return total === 0 ? 0 : -1_000;
      return Math.max(-1_000, 100 - (100 * total) / count / usual);
    };
    return Math.min(percent(spent, over), percent(spent + running, over + 1));
  }

  it("is what one gets by going through the days one by one", () => {
    fc.assert(
      fc.property(anyLess, anyDays, anyCurrent, (someRules, days, current) => {
        const { score } = scoreOf(days, someRules, current);
        expect(Math.abs(score - byHand(days, someRules, current))).toBeLessThan(0.005_001);
        expect(Object.is(score, -0)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never grows by silence before the start", () => {
    fc.assert(
      fc.property(anyLess, anyDays, anyCurrent, fc.nat(), (someRules, days, current, pick) => {
        const before = days.filter(({ date }) => date < someRules.start_date);
        const silent = before[pick % Math.max(1, before.length)];
        const others = days.filter((day) => day !== silent);
        const { score } = scoreOf(days, someRules, current);
        expect(scoreOf(others, someRules, current).score).toBeLessThanOrEqual(score);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is never above 0 for who is silent from the start on, and never better for a silent day that was no worse than usual", () => {
    fc.assert(
      fc.property(anyLess, anyDays, anyCurrent, fc.nat(), (someRules, days, current, pick) => {
        const before = days.filter(({ date }) => date < someRules.start_date);
        expect(scoreOf(before, someRules, current).score).toBeLessThanOrEqual(0);
        const played = days.filter(({ date }) => date >= someRules.start_date && date < current);
        const silent = played[pick % Math.max(1, played.length)];
        if (!silent?.reported || silent.seconds > someRules.missing_day_seconds) return;
        const others = days.filter((day) => day !== silent);
        const { score } = scoreOf(days, someRules, current);
        expect(scoreOf(others, someRules, current).score).toBeLessThanOrEqual(score);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never grows while a day runs", () => {
    fc.assert(
      fc.property(anyLess, anyDays, anyCurrent, fc.nat(5_000), (someRules, days, current, more) => {
        // Before the start it is the baseline that grows.
        if (current < someRules.start_date) return;
        const others = days.filter(({ date }) => date !== current);
        const used =
          days.find(({ date, reported: told }) => told && date === current)?.seconds ?? 0;
        const sooner = scoreOf([...others, reported(current, used)], someRules, current);
        const later = scoreOf([...others, reported(current, used + more)], someRules, current);
        expect(later.score).toBeLessThanOrEqual(sooner.score);
      }),
    );
  });
});
