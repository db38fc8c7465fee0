import fc from "fast-check";
import { expect, it } from "vitest";
import { DAY_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { GUESSES_PER_DAY, judgeGuess } from "./guess-window.ts";

/** Guesses as fast as the door lets them, for `until` ms; gives when each reached the hash. */
function reached(until: number, pause: (n: number) => number): number[] {
  let remembered: number[] = [];
  const hits: number[] = [];
  for (let now = 0, n = 0; now < until; n += 1) {
    const verdict = judgeGuess(remembered, now);
    if (verdict.allowed) {
      remembered = verdict.guesses;
      hits.push(now);
      now += pause(n);
    } else {
      now += Math.min(verdict.wait_ms, 10 * MINUTE_MS);
    }
  }
  return hits;
}

it("lets ten mistakes pass at once, and then fewer and fewer", () => {
  const hits = reached(10 * MINUTE_MS, () => 0);
  expect(hits.slice(0, 10)).toEqual(Array(10).fill(0));
  expect(hits.slice(10, 14)).toEqual([1_000, 3_000, 7_000, 15_000]);
});

it("lets no more than a hundred guesses reach the hash in any day", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 * MINUTE_MS }), { minLength: 1 }),
      (pauses) => {
        const hits = reached(3 * DAY_MS, (n) => pauses[n % pauses.length] ?? 0);
        for (const [n, at] of hits.entries()) {
          const inDay = hits.slice(n).filter((later) => later < at + DAY_MS).length;
          expect(inDay).toBeLessThanOrEqual(GUESSES_PER_DAY);
        }
      },
    ),
    { numRuns: 30 },
  );
});

it("always says when the next one may come", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 * DAY_MS)), fc.nat(2 * DAY_MS), (guesses, now) => {
      const remembered = [...guesses].sort((a, b) => a - b).filter((at) => at <= now);
      const verdict = judgeGuess(remembered, now);
      if (!verdict.allowed) {
        expect(verdict.wait_ms).toBeGreaterThan(0);
        expect(judgeGuess(remembered, now + verdict.wait_ms).allowed).toBe(true);
      }
    }),
  );
});
