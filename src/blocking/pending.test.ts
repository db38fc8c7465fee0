import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { ownDateAt, type DayHistory } from "../platform/time/own-day.ts";
import { anyRule, at, categoryOf, ruleWith, seeds, windowOf } from "../testing/blocking.ts";
import { isLooser } from "./looser.ts";
import {
  cancelled,
  dueAt,
  nextDayOf,
  planChange,
  settledAt,
  type RulePatch,
  type StandingRule,
} from "./pending.ts";
import type { Rule } from "./rule.ts";

const world = { day_start_minute: 240, categoryOf };
const history: DayHistory = [{ timezone: "Europe/Paris", day_start_minute: 240, since: 0 }];
const NOON = at("2026-11-23T11:00:00Z");
const effect = nextDayOf(NOON, history);

function standing(fields: Partial<Rule> = {}): StandingRule {
  return {
    rule: ruleWith({ strict: true, apps: ["instagram", "tiktok"], ...fields }),
    pending: null,
  };
}

/** What a change does at noon. */
function change(before: StandingRule, patch: RulePatch | null) {
  return planChange(before, patch, effect, world);
}

/** The same, where the rule is not gone. */
function changed(before: StandingRule, patch: RulePatch | null): StandingRule {
  const { standing: after } = change(before, patch);
  if (after === null) throw new Error("gone");
  return after;
}

describe("a change of a strict rule", () => {
  it("holds at once when it is tighter", () => {
    const { outcome, standing: after } = change(standing(), { daily_limit_seconds: 60 });
    expect(outcome).toBe("applied");
    expect(after).toEqual({ rule: standing({ daily_limit_seconds: 60 }).rule, pending: null });
  });

  it("waits for the next own day when it is looser, to the second", () => {
    const { outcome, standing: after } = change(standing(), { daily_limit_seconds: 7_200 });
    expect(outcome).toBe("waiting");
    if (after === null) throw new Error("gone");
    expect(after.rule.daily_limit_seconds).toBe(3_600);
    const due = at("2026-11-24T03:00:00Z");
    expect(settledAt(after, due - 1, history)).toBe(after);
    expect(settledAt(after, due, history)).toEqual(standing({ daily_limit_seconds: 7_200 }));
  });

  it.each<[string, RulePatch | null]>([
    ["switched off", { is_active: false }],
    ["no longer strict", { strict: false }],
    ["deleted", null],
    ["tighter in one thing and looser in another", { daily_limit_seconds: 60, apps: ["tiktok"] }],
  ])("waits as a whole when the rule is to be %s", (_, patch) => {
    const { outcome, standing: after } = change(standing(), patch);
    expect(outcome).toBe("waiting");
    expect(after?.rule).toEqual(standing().rule);
    expect(after?.pending?.after).toEqual(patch && { ...standing().rule, ...patch });
  });

  it("that waits can be called off", () => {
    expect(cancelled(changed(standing(), null))).toEqual(standing());
  });

  it("of a rule that is not strict waits for nothing", () => {
    const lax = standing({ strict: false });
    expect(change(lax, null)).toEqual({ outcome: "applied", standing: null });
    expect(change(lax, { daily_limit_seconds: 9_000 }).outcome).toBe("applied");
  });
});

describe("a further change while one waits", () => {
  const waiting = changed(standing(), { daily_limit_seconds: 7_200 });

  it("that tightens holds now and in the rule to come", () => {
    const window = { schedule: [windowOf([1], "20:00", "21:00")] };
    const { outcome, standing: after } = change(waiting, window);
    expect(outcome).toBe("applied");
    expect(after?.rule).toEqual(standing(window).rule);
    expect(after?.pending).toEqual({
      ...effect,
      after: standing({ ...window, daily_limit_seconds: 7_200 }).rule,
    });
  });

  it("that loosens joins it, and waits its own full time", () => {
    const tomorrow = nextDayOf(NOON + DAY_MS, history);
    const late = { rule: waiting.rule, pending: waiting.pending };
    const { outcome, standing: after } = planChange(late, { apps: ["tiktok"] }, tomorrow, world);
    expect(outcome).toBe("waiting");
    expect(after?.rule).toEqual(standing().rule);
    expect(after?.pending).toEqual({
      ...tomorrow,
      after: standing({ daily_limit_seconds: 7_200, apps: ["tiktok"] }).rule,
    });
  });

  it("that takes the loosening back ends the wait", () => {
    expect(change(waiting, { daily_limit_seconds: 3_600 })).toEqual({
      outcome: "applied",
      standing: standing(),
    });
    expect(change(waiting, { daily_limit_seconds: 600 })).toEqual({
      outcome: "applied",
      standing: standing({ daily_limit_seconds: 600 }),
    });
  });

  it("leaves a deletion waiting if it tightens, and takes its place if it loosens", () => {
    const leaving = changed(standing(), null);
    expect(change(leaving, { daily_limit_seconds: 60 })).toEqual({
      outcome: "applied",
      standing: {
        rule: standing({ daily_limit_seconds: 60 }).rule,
        pending: { ...effect, after: null },
      },
    });
    expect(change(leaving, { daily_limit_seconds: 9_000 }).standing?.pending?.after).toEqual(
      standing({ daily_limit_seconds: 9_000 }).rule,
    );
  });
});

describe("one who flies while a loosening waits", () => {
  const waiting = changed(standing(), { daily_limit_seconds: 7_200 });
  const pending = waiting.pending;
  if (pending === null) throw new Error("nothing waits");
  const flyingTo = (timezone: string): DayHistory => [
    ...history,
    { timezone, day_start_minute: 0, since: NOON + HOUR_MS },
  ];

  it("east has a new date at once, but the loosening no sooner", () => {
    // 13:00 in Paris is 02:00 of the next day on Kiritimati.
    const east = flyingTo("Pacific/Kiritimati");
    expect(ownDateAt(NOON + HOUR_MS, east)).toBe(pending.effective_date);
    expect(dueAt(pending, east)).toBe(at("2026-11-24T03:00:00Z"));
  });

  it("west has a longer day, and the loosening only when it ends", () => {
    expect(dueAt(pending, flyingTo("America/New_York"))).toBe(at("2026-11-24T05:00:00Z"));
  });
});

describe("a strict rule", () => {
  const fields = [
    "apps",
    "categories",
    "daily_limit_seconds",
    "weekday_limits",
    "schedule",
    "strict",
    "is_active",
  ] as const;
  const anyPatch = fc
    .tuple(anyRule(), fc.subarray([...fields], { minLength: 1, maxLength: 2 }))
    .map(([rule, named]): RulePatch =>
      Object.fromEntries(named.map((field) => [field, rule[field]])),
    );
  const anyStep = fc.record({
    minutes: fc.nat(900),
    act: fc.oneof(
      { weight: 8, arbitrary: anyPatch },
      { weight: 1, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constant("cancel" as const) },
    ),
  });

  it.each(seeds())(
    "is never looser in the evening than in the morning, and obeys by the next (seed %i)",
    (seed) => {
      const seen = { waited: 0, held: 0 };
      fc.assert(
        fc.property(
          anyRule(),
          fc.array(anyStep, { minLength: 1, maxLength: 12 }),
          (first, steps) => {
            let now = NOON;
            let current: StandingRule = { rule: { ...first, strict: true }, pending: null };
            let date = ownDateAt(now, history);
            let morning = current.rule;
            for (const { minutes, act } of steps) {
              now += minutes * MINUTE_MS;
              const settled = settledAt(current, now, history);
              if (settled === null) return;
              current = settled;
              if (ownDateAt(now, history) !== date) {
                date = ownDateAt(now, history);
                morning = current.rule;
              }
              if (act === "cancel") {
                current = cancelled(current);
                continue;
              }
              const wished = act && { ...(current.pending?.after ?? current.rule), ...act };
              const planned = planChange(current, act, nextDayOf(now, history), world);
              const tomorrow =
                planned.standing && settledAt(planned.standing, now + DAY_MS + HOUR_MS, history);
              if (current.pending?.after !== null || act === null) {
                expect(tomorrow?.rule ?? null, "what was wished holds a day later").toEqual(wished);
              }
              seen[planned.outcome === "waiting" ? "waited" : "held"] += 1;
              if (planned.standing === null) {
                expect(morning.strict && isLooser(morning, null, world)).toBe(false);
                return;
              }
              current = planned.standing;
              if (morning.strict) expect(isLooser(morning, current.rule, world)).toBe(false);
            }
          },
        ),
        { seed, numRuns: 300 },
      );
      expect(Math.min(seen.waited, seen.held)).toBeGreaterThan(100);
    },
  );
});
