import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percentilesOf } from "./percentiles.ts";

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

describe("percentiles of response times", () => {
  it("are the 50th, 95th and 99th of a hundred samples, in whatever order they came", () => {
    expect(percentilesOf(hundred)).toEqual({ p50: 50, p95: 95, p99: 99 });
    expect(percentilesOf(hundred.toReversed())).toEqual({ p50: 50, p95: 95, p99: 99 });
  });

  it("are that sample where there is only one", () => {
    expect(percentilesOf([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
  });

  it("are no numbers where there is none", () => {
    expect(percentilesOf([])).toEqual({ p50: NaN, p95: NaN, p99: NaN });
  });

  it("are samples that occurred, in rising order, also below zero", () => {
    const samples = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(samples, (given) => {
        const { p50, p95, p99 } = percentilesOf(given);
        expect(given).toEqual(expect.arrayContaining([p50, p95, p99]));
        expect(p50 <= p95 && p95 <= p99).toBe(true);
      }),
    );
  });
});
