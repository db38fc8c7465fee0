import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { daysFromTo, fromEpochDay } from "./dates.ts";
import { DAY_MS, MINUTE_MS } from "./instant.ts";
import { OracleClock } from "./oracle.ts";
import type { DayHistory } from "./own-day.ts";
import { dayBounds, ownDateAt, splitByOwnDay } from "./own-day.ts";

/** Moments around which clocks do what they rarely do, and zones that then meet. */
const ANCHORS = [
  "2026-11-22T10:00:00Z", // nothing special
  "2026-03-29T00:00:00Z", // Paris, Beirut (midnight skipped), Troll (two hours)
  "2026-10-25T00:00:00Z", // and back
  "2026-10-03T15:00:00Z", // Lord Howe, half an hour
  "2026-11-01T04:00:00Z", // Havana shows midnight twice
  "2010-11-07T02:00:00Z", // St John's, from 00:01 back into the day before
  "2011-12-30T08:00:00Z", // Samoa skips a date
].map((text) => Date.parse(text));
const ZONES = [
  "Pacific/Kiritimati",
  "Pacific/Apia",
  "Pacific/Pago_Pago",
  "Etc/GMT+12",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Europe/Paris",
  "Antarctica/Troll",
  "America/St_Johns",
  "America/Havana",
  "Australia/Lord_Howe",
];
const WINDOW_MS = 7 * DAY_MS;

const clocks = new Map<string, OracleClock>();

function clockOf(timezone: string, anchor: number): OracleClock {
  const key = `${timezone} ${anchor}`;
  const clock =
    clocks.get(key) ?? new OracleClock(timezone, anchor - 2 * WINDOW_MS, anchor + 2 * WINDOW_MS);
  clocks.set(key, clock);
  return clock;
}

type Case = { anchor: number; from: number; history: DayHistory };

/** Up to six changes within three days either side of an anchor, some of them at one instant. */
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    anchor: fc.constantFrom(...ANCHORS),
    changes: fc.array(
      fc.record({
        minute: fc.oneof(
          fc.integer({ min: -4_320, max: 4_320 }),
          fc.integer({ min: -60, max: 60 }),
        ),
        timezone: fc.constantFrom(...ZONES),
        day_start_minute: fc.oneof(fc.constantFrom(0, 1, 719), fc.integer({ min: 0, max: 719 })),
      }),
      { minLength: 1, maxLength: 7 },
    ),
  })
  .map(({ anchor, changes }) => ({
    anchor,
    from: anchor - WINDOW_MS,
    history: changes
      .map(({ minute, ...rule }) => ({ ...rule, since: anchor + minute * MINUTE_MS }))
      .sort((a, b) => a.since - b.since),
  }));

/** The own day (days since 1970) of every minute of the window, found by living through it. */
function liveThrough({ anchor, from, history }: Case): number[] {
  const lived = history.map((rule) => ({
    rule,
    clock: clockOf(rule.timezone, anchor),
    // A rule's date is the latest its clock has reached, also before it came into force.
    latest: -Infinity,
  }));
  const days: number[] = [];
  let current = -Infinity;
  for (let now = from - 3 * DAY_MS; now < anchor + WINDOW_MS; now += MINUTE_MS) {
    let inForce = -Infinity;
    for (const [index, state] of lived.entries()) {
      const reading = state.clock.read(now) - state.rule.day_start_minute * MINUTE_MS;
      state.latest = Math.max(state.latest, Math.floor(reading / DAY_MS));
      if (index === 0 || state.rule.since <= now) inForce = state.latest;
    }
    current = Math.max(current, inForce);
    if (now >= from) days.push(current);
  }
  return days;
}

describe("own days under any sequence of zone changes", () => {
  const runs: [string, { seed?: number }][] = [
    ["a fixed seed", { seed: 20_261_122 }],
    ["a fresh seed", {}],
  ];

  it.each(runs)(
    "are those of one who lives through them minute by minute (%s)",
    (_, run) => {
      fc.assert(
        fc.property(anyCase, fc.nat(12), (example, shift) => {
          const { from, history } = example;
          const days = liveThrough(example);
          for (let minute = shift; minute < days.length; minute += 13) {
            const date = fromEpochDay(days[minute] ?? NaN);
            expect(ownDateAt(from + minute * MINUTE_MS, history)).toBe(date);
          }
          const first = days[0] ?? NaN;
          const last = days.at(-1) ?? NaN;
          for (let day = first + 1; day < last; day += 1) {
            expect(dayBounds(fromEpochDay(day), history)).toEqual({
              starts_at: from + days.findIndex((lived) => lived >= day) * MINUTE_MS,
              ends_at: from + days.findIndex((lived) => lived > day) * MINUTE_MS,
            });
          }
        }),
        { ...run, numRuns: 60 },
      );
    },
    30_000,
  );

  it.each(runs)(
    "never go back and cover all time without overlap (%s)",
    (_, run) => {
      const anyMoment = fc.integer({ min: -WINDOW_MS, max: WINDOW_MS });
      fc.assert(
        fc.property(anyCase, anyMoment, anyMoment, ({ anchor, history }, a, b) => {
          const [earlier, later] = [anchor + Math.min(a, b), anchor + Math.max(a, b)];
          const [first, last] = [ownDateAt(earlier, history), ownDateAt(later, history)];
          expect(first <= last).toBe(true);
          let end = dayBounds(first, history).starts_at;
          expect(end).toBeLessThanOrEqual(earlier);
          for (const date of daysFromTo(first, last)) {
            const { starts_at, ends_at } = dayBounds(date, history);
            expect(starts_at).toBe(end);
            expect(ends_at).toBeGreaterThanOrEqual(starts_at);
            if (ends_at > starts_at) {
              expect(ownDateAt(starts_at, history)).toBe(date);
              expect(ownDateAt(ends_at - 1, history)).toBe(date);
            }
            end = ends_at;
          }
          expect(end).toBeGreaterThan(later);
        }),
        { ...run, numRuns: 500 },
      );
    },
    30_000,
  );

  it.each(runs)(
    "cut an interval into pieces that make it up exactly (%s)",
    (_, run) => {
      const anyLength = fc.oneof(fc.nat(DAY_MS), fc.nat(5 * DAY_MS), fc.constantFrom(0, 1));
      const anyStart = fc.integer({ min: -WINDOW_MS, max: WINDOW_MS });
      fc.assert(
        fc.property(anyCase, anyStart, anyLength, ({ anchor, history }, offset, length) => {
          const starts_at = anchor + offset;
          const pieces = splitByOwnDay(starts_at, starts_at + length, history);
          let from = starts_at;
          let previous = "";
          for (const piece of pieces) {
            expect(piece.starts_at).toBe(from);
            expect(piece.ends_at).toBeGreaterThan(piece.starts_at);
            expect(piece.date > previous).toBe(true);
            expect(ownDateAt(piece.starts_at, history)).toBe(piece.date);
            expect(ownDateAt(piece.ends_at - 1, history)).toBe(piece.date);
            from = piece.ends_at;
            previous = piece.date;
          }
          expect(from).toBe(starts_at + length);
        }),
        { ...run, numRuns: 500 },
      );
    },
    30_000,
  );
});
