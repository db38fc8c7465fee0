import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import { anyRule, at, categoryOf, later, seeds } from "../testing/blocking.ts";
import { LivedMinutes } from "../testing/minutes.ts";
import { decide, timeline, type Decision, type Situation } from "./decide.ts";
import { nextDayOf, type StandingRule } from "./pending.ts";
import type { Target } from "./target.ts";

/** Days of 23, 23.5, 24, 24.5, 25 hours, and zones that are no whole hour from UTC. */
const PLACES = [
  ["Europe/Paris", "2026-03-29"],
  ["Europe/Paris", "2026-10-25"],
  ["America/New_York", "2026-11-01"],
  ["America/New_York", "2026-03-08"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Asia/Kathmandu", "2026-11-23"],
] as const;

const anyDayStart = fc.oneof(fc.constantFrom(0, 0, 150, 240), fc.nat(719));

/** One to four rules met by an instant within a day of a clock change, with seconds and milliseconds. */
const anySituation: fc.Arbitrary<Situation> = fc
  .record({
    place: fc.constantFrom(...PLACES),
    day_start_minute: anyDayStart,
    ms: fc.integer({ min: -DAY_MS, max: DAY_MS }),
    rules: fc.array(anyRule(), { minLength: 1, maxLength: 4 }),
    used: fc.array(fc.constantFrom(0, 300, 599, 600, 1_440, 86_400), {
      minLength: 4,
      maxLength: 4,
    }),
  })
  .map(({ place: [timezone, date], day_start_minute, ms, rules, used }) => ({
    rules: rules.map((rule, n) => ({ rule: { ...rule, id: `rule-${n}` }, pending: null })),
    usedSeconds: (rule) => used[Number(rule.id.slice(-1))] ?? 0,
    now: at(`${date}T00:00:00Z`) + ms,
    history: [{ timezone, day_start_minute, since: 0 }],
    categoryOf,
  }));

function decisionAt(situation: Situation, now: number, target: Target): Decision | undefined {
  return decide(later(situation, now)).decisions.find(
    (decision) => decision.target.kind === target.kind && decision.target.id === target.id,
  );
}

/** What is said of a target, but for what is foreseen. */
function said(decision: Decision): unknown {
  const { target: _, blocked_until: __, next_change_at: ___, ...rest } = decision;
  return rest;
}

describe("what is foreseen", () => {
  it.each(seeds())("is what is lived through, minute by minute (seed %i)", (seed) => {
    fc.assert(
      fc.property(
        anySituation,
        fc.array(fc.nat(1_000), { minLength: 5, maxLength: 5 }),
        (situation, parts) => {
          const lived = new LivedMinutes(situation);
          const until = situation.now + 2 * DAY_MS;
          for (const first of decide(situation).decisions) {
            let decision = first;
            let from = situation.now;
            while (from < until) {
              expect(said(decision)).toEqual(lived.of(decision.target, from));
              const next = decision.next_change_at ?? until;
              // The last second before the change, and some in between, are still as the first.
              const seconds = parts.map(
                (part) => from + Math.floor(((next - from) * part) / 1_001),
              );
              for (const instant of [next - 1, ...seconds]) {
                expect(lived.of(decision.target, Math.min(instant, until))).toEqual(said(decision));
              }
              if (decision.next_change_at === null) break;
              const following = decisionAt(situation, next, decision.target);
              if (following === undefined) throw new Error("a target has gone");
              expect(said(following), "a change changes something").not.toEqual(said(decision));
              decision = following;
              from = next;
            }
          }
        },
      ),
      { seed, numRuns: 12 },
    );
  });
});

describe("a phone without a network", () => {
  const anyHistory = fc
    .array(
      fc.record({
        place: fc.constantFrom(...PLACES),
        day_start_minute: anyDayStart,
        minutes_ago: fc.nat(4_000),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map(
      (changes) =>
        (now: number): DayHistory =>
          changes
            .map(({ place: [timezone], day_start_minute, minutes_ago }) => ({
              timezone,
              day_start_minute,
              since: now - minutes_ago * MINUTE_MS,
            }))
            .sort((a, b) => a.since - b.since),
    );

  it.each(seeds())("knows all that a server would tell it until valid_until (seed %i)", (seed) => {
    const anyPending = fc.option(fc.option(anyRule()));
    fc.assert(
      fc.property(
        anySituation,
        anyHistory,
        fc.array(anyPending, { minLength: 4, maxLength: 4 }),
        fc.array(fc.nat(1_000), { minLength: 3, maxLength: 3 }),
        (base, historyAt, pending, parts) => {
          const { now } = base;
          const history = historyAt(now);
          const effect = nextDayOf(now, history);
          const rules = base.rules.map(({ rule }, n): StandingRule => {
            const after = pending[n];
            if (after === undefined || after === null) return { rule, pending: null };
            return { rule, pending: { after: { ...after, id: rule.id }, ...effect } };
          });
          const situation = { ...base, history, rules };
          const { valid_until } = decide(situation);
          expect(valid_until - now).toBeGreaterThanOrEqual(18 * HOUR_MS);
          const entries = timeline(situation, valid_until);
          for (const [n, { at: from, ...foreseen }] of entries.entries()) {
            const until = entries[n + 1]?.at ?? valid_until;
            const between = parts.map((part) => from + Math.floor(((until - from) * part) / 1_001));
            for (const instant of [from, ...between, until - 1]) {
              const { valid_until: _, days: __, ...told } = decide(later(situation, instant));
              expect(told).toEqual(foreseen);
            }
          }
        },
      ),
      { seed, numRuns: 40 },
    );
  });

  it("is given at least 18 and at most 51 hours, wherever and whenever it asks", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          "Antarctica/Troll",
          "Pacific/Kiritimati",
          "Africa/Casablanca",
          ...PLACES.map(([zone]) => zone),
        ),
        anyDayStart,
        fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2029-01-01T00:00:00Z") }),
        (timezone, day_start_minute, now) => {
          const history = [{ timezone, day_start_minute, since: 0 }];
          const hours =
            (decide({ rules: [], usedSeconds: () => 0, now, history, categoryOf }).valid_until -
              now) /
            HOUR_MS;
          expect(hours).toBeGreaterThan(21);
          expect(hours).toBeLessThanOrEqual(51);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
