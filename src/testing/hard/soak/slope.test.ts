import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secondHalf, slopePerMinute } from "./slope.ts";

const samplesOf = (values: number[], every_ms: number) =>
  values.map((value, n) => ({ at: 5_000 + n * every_ms, value }));

describe("a slope", () => {
  it("is what a value rises a minute, whatever it starts at and however often it is measured", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 100, max: 60_000 }),
        (slope, start, count, every_ms) => {
          const values = Array.from(
            { length: count },
            (_, n) => start + (slope * n * every_ms) / 60_000,
          );
          expect(slopePerMinute(samplesOf(values, every_ms))).toBeCloseTo(slope, 6);
        },
      ),
    );
  });

  it("is hardly moved by a value that only goes up and down", () => {
    const values = Array.from({ length: 150 }, (_, n) => 100 + 8 * Math.sin(n / 2));
    expect(Math.abs(slopePerMinute(samplesOf(values, 2_000)))).toBeLessThan(0.3);
    const leaking = values.map((value, n) => value + (n * 2_000 * 1.2) / 60_000);
    expect(slopePerMinute(samplesOf(leaking, 2_000))).toBeGreaterThan(0.9);
  });

  it("is none of a single value", () => {
    expect(slopePerMinute(samplesOf([1], 1))).toBeNaN();
  });
});

it("looks at the second half by time, not by count", () => {
  const samples = [0, 1, 2, 60, 100].map((at) => ({ at, value: at }));
  expect(secondHalf(samples).map(({ at }) => at)).toEqual([60, 100]);
});
