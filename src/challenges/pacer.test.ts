import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pacer } from "./pacer.ts";

describe("the pace of frames", () => {
  it("lets the first one go at once and gathers the next for the rest of the spacing", () => {
    const pacer = new Pacer(250);
    expect(pacer.wait(1_000)).toBe(0);
    pacer.told(1_000);
    expect(pacer.wait(1_000)).toBe(250);
    expect(pacer.wait(1_100)).toBe(150);
    expect(pacer.wait(1_250)).toBe(0);
    expect(pacer.wait(9_000)).toBe(0);
  });

  it("never lets more than four go in a second, and none wait longer than 250 ms", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, (pauses) => {
        const pacer = new Pacer();
        const told: number[] = [];
        let planned: number | null = null;
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          if (planned !== null && planned <= now) {
            told.push(planned);
            pacer.told(planned);
            planned = null;
          }
          const wait = pacer.wait(now);
          expect(wait).toBeLessThanOrEqual(250);
          planned ??= now + wait;
        }
        for (const [index, at] of told.entries()) {
          const inTheSecond = told.slice(index).filter((other) => other < at + 1_000);
          expect(inTheSecond.length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});
