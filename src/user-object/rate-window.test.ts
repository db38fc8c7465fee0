import fc from "fast-check";
import { expect, it } from "vitest";
import { RATE_LIMIT, RATE_WINDOW_MS, RateWindow } from "./rate-window.ts";

it("never lets more than the limit pass in any window, and refuses none it could let pass", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 400 }), (pauses) => {
      let window = new RateWindow();
      let now = 0;
      const passed: number[] = [];
      for (const pause of pauses) {
        now += pause;
        const inWindow = passed.filter((at) => at > now - RATE_WINDOW_MS).length;
        const answer = window.take(now);
        expect(answer.passed).toBe(inWindow < RATE_LIMIT);
        if (answer.passed) passed.push(now);
        expect(answer.quota.remaining).toBe(
          RATE_LIMIT - passed.filter((at) => at > now - RATE_WINDOW_MS).length,
        );
        // What is written down and read back counts on where it stopped.
        window = new RateWindow(JSON.parse(JSON.stringify(window)) as number[]);
      }
    }),
    { numRuns: 50 },
  );
});

it("says when there is room again", () => {
  const window = new RateWindow();
  for (let n = 0; n < RATE_LIMIT; n += 1) window.take(n * 100);
  const { passed, quota } = window.take(10_000);
  expect(passed).toBe(false);
  expect(window.take(quota.reset_seconds * 1000 + 10_000).passed).toBe(true);
});
