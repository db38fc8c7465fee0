import { describe, expect, it } from "vitest";
import { Refusals } from "./refusals.ts";

describe("refused guesses at an address", () => {
  it("are written down once a minute, with how many there were since", () => {
    const refusals = new Refusals();
    expect(refusals.take("ada", 0)).toBe(1);
    for (let n = 1; n < 60; n += 1) expect(refusals.take("ada", n * 1_000)).toBeNull();
    expect(refusals.take("ben", 1_000)).toBe(1);
    expect(refusals.take("ada", 60_000)).toBe(60);
    expect(refusals.take("ada", 300_000)).toBe(1);
  });

  it("are written down at once again by a clock that was set back", () => {
    const refusals = new Refusals();
    refusals.take("ada", 100_000);
    expect(refusals.take("ada", 50_000)).toBe(1);
  });
});
