import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../platform/time/instant.ts";
import {
  hasEnded,
  nextTurnOf,
  turned,
  widened,
  windowOf,
  type Status,
  type Turning,
} from "./lifecycle.ts";

const dates = { start_date: "2026-03-02", end_date: "2026-03-04" };
const paris = { timezone: "Europe/Paris", day_start_minute: 0 };
const auckland = { timezone: "Pacific/Auckland", day_start_minute: 0 };
const lateRiser = { timezone: "America/New_York", day_start_minute: 300 };

describe("the window of a challenge", () => {
  it("runs from the first midnight of the first day to the last end of the last one", () => {
    expect(windowOf(dates, [paris])).toEqual({
      starts_at: Date.parse("2026-03-01T23:00:00Z"),
      ends_at: Date.parse("2026-03-04T23:00:00Z"),
    });
    expect(windowOf(dates, [paris, auckland, lateRiser])).toEqual({
      starts_at: Date.parse("2026-03-01T11:00:00Z"),
      ends_at: Date.parse("2026-03-05T10:00:00Z"),
    });
  });

  it("is nobody's where nobody takes part", () => {
    expect(windowOf(dates, [])).toBeNull();
  });

  it("widens for one more, and never shrinks", () => {
    const window = windowOf(dates, [paris])!;
    const far = windowOf(dates, [auckland])!;
    expect(widened(window, far)).toEqual({ starts_at: far.starts_at, ends_at: window.ends_at });
    expect(widened(window, window)).toEqual(window);
  });
});

describe("the status of a challenge", () => {
  const challenge = {
    status: "scheduled" as const,
    starts_at: 1_000,
    ends_at: 2_000,
    grace_hours: 1,
  };

  it("turns at the instant it is due, and not a millisecond before", () => {
    const due = { ...challenge, next_turn_at: nextTurnOf(challenge) };
    expect(turned(due, 999)).toEqual({ status: "scheduled", next_turn_at: 1_000 });
    expect(turned(due, 1_000)).toEqual({ status: "running", next_turn_at: 2_000 });
  });

  it("turns one step at a time, however late", () => {
    const wayOf = (from: Turning, steps: number): Status[] => {
      const next = turned(from, 10 * HOUR_MS);
      return steps === 0 ? [] : [next.status, ...wayOf({ ...from, ...next }, steps - 1)];
    };
    const due = { ...challenge, next_turn_at: nextTurnOf(challenge) };
    expect(wayOf(due, 4)).toEqual(["running", "settling", "final", "final"]);
    expect(nextTurnOf({ ...challenge, status: "final" })).toBeNull();
  });

  it("settles for the hours of grace", () => {
    const settling = { ...challenge, status: "settling" as const };
    expect(nextTurnOf(settling)).toBe(2_000 + HOUR_MS);
    expect(nextTurnOf({ ...settling, grace_hours: 0 })).toBe(2_000);
  });

  it("settles no longer than its owner lets it", () => {
    const settling = { ...challenge, status: "settling" as const, next_turn_at: 2_500 };
    expect(turned(settling, 2_499)).toEqual({ status: "settling", next_turn_at: 2_500 });
    expect(turned(settling, 2_500)).toEqual({ status: "final", next_turn_at: null });
  });

  it("never becomes another one once cancelled, and rests when its people were told", () => {
    const cancelled = { ...challenge, status: "cancelled" as const };
    const rest = { status: "cancelled", next_turn_at: null };
    expect(turned({ ...cancelled, next_turn_at: 500 }, 10 * HOUR_MS)).toEqual(rest);
    expect(turned({ ...cancelled, next_turn_at: null }, 10 * HOUR_MS)).toEqual(rest);
  });

  it("has ended when the last day is over for everybody", () => {
    const running = { ...challenge, status: "running" as const };
    expect([1_999, 2_000].map((now) => hasEnded(running, now))).toEqual([false, true]);
    expect(hasEnded(challenge, 10 * HOUR_MS)).toBe(false);
  });
});
