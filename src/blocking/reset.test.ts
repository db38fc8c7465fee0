import { describe, expect, it } from "vitest";
import { afterTargetsChanged, resetOn, usedSinceReset, type DayReset } from "./reset.ts";

const MONDAY = "2026-11-23";
const TUESDAY = "2026-11-24";

function reset(date: string, known: DayReset | null, used_seconds: number): DayReset {
  const outcome = resetOn(date, false, known, used_seconds);
  if ("refused" in outcome) throw new Error(outcome.refused);
  return outcome.reset;
}

describe("a reset", () => {
  it("puts the rule's time back to 0, and what is used from then on counts", () => {
    const known = reset(MONDAY, null, 4_000);
    expect(usedSinceReset(MONDAY, known, 4_000)).toBe(0);
    expect(usedSinceReset(MONDAY, known, 4_090)).toBe(90);
    const again = reset(MONDAY, known, 4_090);
    expect(usedSinceReset(MONDAY, again, 4_100)).toBe(10);
  });

  it("is for its own date alone", () => {
    const known = reset(MONDAY, null, 4_000);
    expect(usedSinceReset(TUESDAY, known, 700)).toBe(700);
    expect(usedSinceReset(MONDAY, null, 700)).toBe(700);
  });

  it("is had three times a day, and three times on the next", () => {
    let known: DayReset | null = null;
    for (const used of [100, 200, 300]) known = reset(MONDAY, known, used);
    expect(resetOn(MONDAY, false, known, 400)).toEqual({ refused: "reset_quota" });
    expect(reset(TUESDAY, known, 50)).toEqual({ date: TUESDAY, count: 1, offset_seconds: 50 });
  });

  it("is refused on a strict rule, whatever is left of the quota", () => {
    expect(resetOn(MONDAY, true, null, 100)).toEqual({ refused: "rule_is_strict" });
  });

  it("gives no time for nothing when an app whose use it took off is dropped", () => {
    const known = reset(MONDAY, null, 3_600);
    // 3,000 of these were TikTok's, which the rule is no longer about.
    const kept = afterTargetsChanged(known, 600);
    expect(usedSinceReset(MONDAY, kept, 600)).toBe(0);
    expect(usedSinceReset(MONDAY, kept, 700)).toBe(100);
    expect(afterTargetsChanged(known, 5_000)).toEqual(known);
  });
});
