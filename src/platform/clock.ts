import type { Instant } from "./time/instant.ts";

/** Where every instant of the system comes from; contexts carry it, so that tests can move it. */
export type Clock = {
  /** Gives the current UTC instant in ms. */
  now(): Instant;
};

let source: () => Instant = () => Date.now();

/** The one clock of the process: real time, unless a test replaced its source. */
export const clock: Clock = { now: () => source() };

/** Replaces the clock's source (tests only); `null` brings real time back. */
export function replaceClockSource(next: (() => Instant) | null): void {
  source = next ?? (() => Date.now());
}

/**
 * Turns an instant of our clock into the instant to arm a platform timer with.
 * The platform's timers run on real time, which differs from a moved test clock.
 */
export function platformInstant(due: Instant): Instant {
  return Date.now() + Math.max(0, due - clock.now());
}

/** A monotonic reading in ms, for durations only. */
export function stopwatch(): number {
  return performance.now();
}
