import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RequestBudget } from "./request-budget.ts";

describe("the budget of requests", () => {
  it("takes turns", () => {
    const budget = new RequestBudget(3);
    expect([0, 1, 2, 3].map((now) => budget.take(now))).toEqual([0, 1, 2, 0]);
  });

  it("passes over who has sent all they may, and ends when nobody is left", () => {
    const budget = new RequestBudget(2);
    for (let sent = 0; sent < 100; sent += 1) expect(budget.takeOf(0, 5)).toBe(true);
    expect(budget.takeOf(0, 5)).toBe(false);
    expect(budget.left(5)).toBe(100);
    for (let sent = 0; sent < 100; sent += 1) expect(budget.take(5)).toBe(1);
    expect(budget.take(5)).toBeNull();
  });

  it("may be narrowed to some of the people", () => {
    const budget = new RequestBudget(5);
    expect(budget.narrow(2)).toBe(2);
    expect([0, 1, 2].map((now) => budget.take(now))).toEqual([0, 1, 0]);
    expect(budget.left(2)).toBe(197);
    expect(budget.narrow(9)).toBe(5);
    expect(budget.left(2)).toBe(497);
  });

  it("says how long to wait until as many requests are free as a phase may need", () => {
    const budget = new RequestBudget(1);
    for (let sent = 0; sent < 100; sent += 1) budget.take(sent * 10);
    expect(budget.waitFor(0, 1_000)).toBe(0);
    const wait = budget.waitFor(30, 1_000);
    expect(budget.left(1_000 + wait)).toBe(30);
    expect(budget.waitFor(101, 1_000)).toBe(Infinity);
  });

  it("never lets anybody pass 100 requests in 60 s, at whatever pace they come", () => {
    const paces = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 150, maxLength: 400 });
    fc.assert(
      fc.property(paces, (pauses) => {
        const budget = new RequestBudget(2);
        const sent: [number[], number[]] = [[], []];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          const person = budget.take(now);
          if (person !== null) sent[person]?.push(now);
        }
        for (const instants of sent) {
          for (const at of instants) {
            const within = instants.filter((other) => other > at - 60_000 && other <= at);
            expect(within.length).toBeLessThanOrEqual(100);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});
