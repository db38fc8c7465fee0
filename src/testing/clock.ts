import { afterEach } from "vitest";
import { replaceClockSource } from "../platform/clock.ts";
import type { Instant } from "../platform/time/instant.ts";

/** A clock that stands still until a test moves it; real time is back after the test. */
export function fixedClock(start: Instant | string) {
  let now = typeof start === "string" ? Date.parse(start) : start;
  replaceClockSource(() => now);
  return {
    now: () => now,
    /** Moves the clock on by `ms`. */
    advance(ms: number) {
      now += ms;
    },
    /** Sets the clock to an instant. */
    set(instant: Instant | string) {
      now = typeof instant === "string" ? Date.parse(instant) : instant;
    },
  };
}

/** Registers that every test of a file ends on real time. */
export function restoreClockAfterEach(): void {
  afterEach(() => replaceClockSource(null));
}
