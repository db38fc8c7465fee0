import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, daysFromTo } from "../platform/time/dates.ts";
import { inPeriods, INTERVALS, openSpan, withTotals, type Moves } from "./growth.ts";

const FIRST = "2026-01-28";
const someMoves = fc.array(
  fc.record({
    registered: fc.nat(9),
    confirmed: fc.nat(9),
    deleted: fc.nat(0),
  }),
  { minLength: 1, maxLength: 120 },
);
const byDate = (moves: readonly Moves[]) =>
  new Map(moves.map((moved, index) => [addDays(FIRST, index), moved]));

describe("the growth of accounts", () => {
  it("ends at the total there is now, and each day differs from the one before by what happened on it", () => {
    fc.assert(
      fc.property(someMoves, fc.nat(1_000), (moves, before) => {
        const last = addDays(FIRST, moves.length - 1);
        const gained = moves.reduce((n, { confirmed, deleted }) => n + confirmed - deleted, 0);
        const days = withTotals(FIRST, last, byDate(moves), before + gained);
        expect(days.map(({ date }) => date)).toEqual(daysFromTo(FIRST, last));
        let total = before;
        for (const [index, day] of days.entries()) {
          total += (moves[index]?.confirmed ?? 0) - (moves[index]?.deleted ?? 0);
          expect(day.total).toBe(total);
        }
      }),
    );
  });

  it("is the same in days, weeks and months: nothing is lost or counted twice", () => {
    fc.assert(
      fc.property(someMoves, fc.constantFrom(...INTERVALS), (moves, interval) => {
        const last = addDays(FIRST, moves.length - 1);
        const days = withTotals(FIRST, last, byDate(moves), 5_000);
        const periods = inPeriods(days, interval);
        const sum = (of: readonly Moves[]) => of.reduce((n, one) => n + one.registered, 0);
        expect(sum(periods)).toBe(sum(moves));
        expect(periods.at(-1)?.total).toBe(5_000);
        expect(periods.flatMap(({ start, end }) => daysFromTo(start, end))).toEqual(
          daysFromTo(FIRST, last),
        );
      }),
    );
  });

  it("begins weeks on Mondays and months on their first", () => {
    const days = withTotals("2026-01-28", "2026-02-10", new Map(), 0);
    expect(inPeriods(days, "week").map(({ start, end }) => `${start}/${end}`)).toEqual([
      "2026-01-28/2026-02-01",
      "2026-02-02/2026-02-08",
      "2026-02-09/2026-02-10",
    ]);
    expect(inPeriods(days, "month").map(({ start, end }) => `${start}/${end}`)).toEqual([
      "2026-01-28/2026-01-31",
      "2026-02-01/2026-02-10",
    ]);
  });

  it("is open from the day after the last closed one, and not at all before the first account", () => {
    expect(openSpan(null, null, "2026-03-01")).toBeNull();
    expect(openSpan(null, "2026-02-01", "2026-03-01")?.from).toBe("2026-02-01");
    expect(openSpan("2026-02-27", "2026-02-01", "2026-03-01")?.from).toBe("2026-02-28");
    expect(openSpan("2026-03-01", "2026-02-01", "2026-03-01")).toBeNull();
  });
});
