import fc from "fast-check";
import { randomInt } from "node:crypto";
import { describe, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../platform/time/instant.ts";
import { signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { History, type Step } from "../testing/session-history.ts";

restoreClockAfterEach();

const which = fc.nat(1_000);
const pause = fc.constantFrom(
  SECOND_MS,
  10_000,
  MINUTE_MS,
  30 * MINUTE_MS - 1,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * DAY_MS,
  7 * DAY_MS - 1,
  7 * DAY_MS,
);
const grace = fc.constantFrom(0, SECOND_MS, 9_999, 10_000, 10_001, MINUTE_MS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: fc.constant("refresh"), which }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("refresh the newest"), which }) },
  // What an answer that was lost and a thief have in common; chance alone would rarely meet its edges.
  { weight: 4, arbitrary: fc.record({ does: fc.constant("refresh twice"), which, pause: grace }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant("wait"), pause }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("look"), which }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("sign in") }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("log out"), which }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("change the password"), which }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("end a session"), which, whose: which }) },
);

describe("a random history of sessions", () => {
  it.each([20_261_122, 4_711, randomInt(2 ** 31)])(
    "is answered as the model says, step by step (seed %i)",
    async (seed) => {
      const clock = fixedClock(Date.now());
      const ada = await signUp();
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50 }), async (steps) => {
          // Out of reach of the rate limit, which another test is about.
          clock.advance(MINUTE_MS);
          const history = await History.begin(ada, clock);
          for (const one of steps) await history.take(one);
        }),
        { seed, numRuns: 8, endOnFailure: true },
      );
    },
    60_000,
  );
});
