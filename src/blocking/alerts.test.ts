import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeds } from "../testing/blocking.ts";
import { dueAlerts } from "./alerts.ts";

const NONE: ReadonlySet<number> = new Set();

describe("alerts", () => {
  it("come with the second that reaches their share, several at once if use came in one piece", () => {
    expect(dueAlerts([80, 100], 3_600, 2_879, NONE)).toEqual([]);
    expect(dueAlerts([80, 100], 3_600, 2_880, NONE)).toEqual([80]);
    expect(dueAlerts([100, 80], 3_600, 5_000, NONE)).toEqual([80, 100]);
    expect(dueAlerts([80, 100], 3_600, 5_000, new Set([80]))).toEqual([100]);
    expect(dueAlerts([33], 100, 33, NONE)).toEqual([33]);
    expect(dueAlerts([33], 10, 3, NONE), "3.3 s are not reached by 3").toEqual([]);
  });

  it("are none where nothing can be used up", () => {
    expect(dueAlerts([1, 100], null, 90_000, NONE)).toEqual([]);
    expect(dueAlerts([1, 100], 0, 90_000, NONE)).toEqual([]);
  });

  it.each(seeds())("come once each, however use comes in and is reset (seed %i)", (seed) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 10 }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.array(fc.oneof(fc.nat(900), fc.constant("reset" as const)), { maxLength: 30 }),
        (alert_percents, limit_seconds, steps) => {
          const given: number[] = [];
          let used = 0;
          let most = 0;
          for (const step of steps) {
            used = step === "reset" ? 0 : used + step;
            most = Math.max(most, used);
            given.push(...dueAlerts(alert_percents, limit_seconds, used, new Set(given)));
          }
          const reached = alert_percents.filter((percent) => most / limit_seconds >= percent / 100);
          expect([...given].sort((a, b) => a - b)).toEqual(reached.sort((a, b) => a - b));
        },
      ),
      { seed, numRuns: 500 },
    );
  });
});
