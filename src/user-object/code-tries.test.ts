import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../platform/time/instant.ts";
import { judgeTry, WRONG_CODES_PER_HOUR, type CodeTry } from "./code-tries.ts";

describe("tries of invite codes", () => {
  it("are ten in any hour, never more, and the wait leads to the next one", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20 * 60_000), { maxLength: 80 }), (pauses) => {
        let tries: CodeTry[] = [];
        let now = 1_700_000_000_000;
        const passed: number[] = [];
        for (const [index, pause] of pauses.entries()) {
          now += pause;
          const verdict = judgeTry(tries, String(index), now);
          const inTheHour = passed.filter((at) => at > now - HOUR_MS).length;
          expect(verdict.allowed).toBe(inTheHour < WRONG_CODES_PER_HOUR);
          if (verdict.allowed) {
            tries = verdict.tries;
            passed.push(now);
          } else {
            expect(judgeTry(tries, "next", now + verdict.wait_ms - 1).allowed).toBe(false);
            expect(judgeTry(tries, "next", now + verdict.wait_ms).allowed).toBe(true);
          }
        }
      }),
    );
  });

  it("count once when they are asked for twice, also at the limit", () => {
    const tries = Array.from({ length: WRONG_CODES_PER_HOUR }, (_, n) => ({ id: `${n}`, at: n }));
    expect(judgeTry(tries, "3", 100)).toEqual({ allowed: true, tries });
  });
});
