import { describe, expect, it } from "vitest";
import { formatInstant } from "../platform/time/instant.ts";
import { at, categoryOf, ruleWith, windowOf } from "../testing/blocking.ts";
import { decide, timeline, type Decided, type Situation } from "./decide.ts";
import type { Rule } from "./rule.ts";

type Told = Partial<Omit<Situation, "rules" | "now">> & { used?: Record<string, number> };

/** Decides on rules in Paris at an instant, `used` seconds by rule. */
function situation(rules: Rule[], now: string, { used = {}, ...told }: Told = {}): Situation {
  return {
    rules: rules.map((rule) => ({ rule, pending: null })),
    usedSeconds: (rule) => used[rule.id] ?? 0,
    now: at(now),
    history: [{ timezone: "Europe/Paris", day_start_minute: 0, since: 0 }],
    categoryOf,
    ...told,
  };
}

function decidedOn(rules: Rule[], now: string, told: Told = {}): Decided {
  return decide(situation(rules, now, told));
}

/** The one decision there is, or the one on a target. */
function decisionOn(rules: Rule[], now: string, told: Told = {}, id?: string) {
  const { decisions } = decidedOn(rules, now, told);
  const decision = decisions.find(({ target }) => id === undefined || target.id === id);
  if (decision === undefined) throw new Error("no decision");
  return {
    ...decision,
    blocked_until: decision.blocked_until && formatInstant(decision.blocked_until),
    next_change_at: decision.next_change_at && formatInstant(decision.next_change_at),
  };
}

const NOON = "2026-11-23T11:00:00Z";
const PARIS_MIDNIGHT = "2026-11-23T23:00:00.000Z";

describe("a limit", () => {
  it.each([
    [0, "allowed", "none", 3_600],
    [2_879, "allowed", "none", 721],
    [2_880, "warning", "limit", 720],
    [3_599, "warning", "limit", 1],
    [3_600, "blocked", "limit", 0],
    [9_000, "blocked", "limit", 0],
  ])("after %i of 3,600 s: %s", (used, state, reason, remaining_seconds) => {
    expect(decisionOn([ruleWith()], NOON, { used: { "rule-1": used } })).toMatchObject({
      target: { kind: "app", id: "instagram" },
      rule_id: "rule-1",
      state,
      reason,
      used_seconds: used,
      limit_seconds: 3_600,
      remaining_seconds,
    });
  });

  it("warns at the lowest alert under 100 percent, and not without one", () => {
    const used = { "rule-1": 3_599 };
    const late = ruleWith({ alert_percents: [100] });
    expect(decisionOn([late], NOON, { used })).toMatchObject({ state: "allowed", reason: "none" });
    const early = ruleWith({ alert_percents: [100, 50, 90] });
    expect(decisionOn([early], NOON, { used: { "rule-1": 1_800 } }).state).toBe("warning");
    expect(decisionOn([early], NOON, { used: { "rule-1": 1_799 } }).state).toBe("allowed");
  });

  it("that is used up blocks until the own day ends, and not a second longer", () => {
    const told = {
      used: { "rule-1": 3_600 },
      history: [{ timezone: "Europe/Paris", day_start_minute: 240, since: 0 }],
    };
    expect(decisionOn([ruleWith()], NOON, told)).toMatchObject({
      blocked_until: "2026-11-24T03:00:00.000Z",
      next_change_at: "2026-11-24T03:00:00.000Z",
    });
  });

  it("of the weekday goes before the daily one, and by the own date, not the calendar's", () => {
    const rule = ruleWith({ weekday_limits: { 7: 7_200 } });
    const history = [{ timezone: "Europe/Paris", day_start_minute: 240, since: 0 }];
    // Monday 03:59:59 in Paris still belongs to Sunday.
    expect(decisionOn([rule], "2026-11-23T02:59:59Z", { history })).toMatchObject({
      limit_seconds: 7_200,
      next_change_at: "2026-11-23T03:00:00.000Z",
    });
    expect(decisionOn([rule], "2026-11-23T03:00:00Z", { history })).toMatchObject({
      limit_seconds: 3_600,
      next_change_at: "2026-11-29T03:00:00.000Z",
    });
  });

  it("is none on days that have none", () => {
    const rule = ruleWith({ daily_limit_seconds: null, weekday_limits: { 2: 600 } });
    expect(decisionOn([rule], NOON, { used: { "rule-1": 50_000 } })).toMatchObject({
      state: "allowed",
      limit_seconds: null,
      remaining_seconds: null,
      next_change_at: PARIS_MIDNIGHT,
    });
  });

  it("of no time blocks for good", () => {
    expect(decisionOn([ruleWith({ daily_limit_seconds: 0 })], NOON)).toMatchObject({
      state: "blocked",
      reason: "limit",
      blocked_until: null,
      next_change_at: null,
    });
  });
});

describe("a schedule", () => {
  const night = ruleWith({
    daily_limit_seconds: null,
    schedule: [windowOf([1, 2, 3, 4, 5, 6, 7], "22:00", "06:00")],
  });

  it("blocks from the second a window opens to the second it closes", () => {
    expect(decisionOn([night], "2026-11-23T20:59:59Z")).toMatchObject({
      state: "allowed",
      next_change_at: "2026-11-23T21:00:00.000Z",
    });
    expect(decisionOn([night], "2026-11-23T21:00:00Z")).toMatchObject({
      state: "blocked",
      reason: "schedule",
      blocked_until: "2026-11-24T05:00:00.000Z",
    });
    expect(decisionOn([night], "2026-11-24T04:59:59Z").state).toBe("blocked");
    expect(decisionOn([night], "2026-11-24T05:00:00Z").state).toBe("allowed");
  });

  it("blocks on behind a limit that the new day renews", () => {
    const both = ruleWith({ schedule: night.schedule });
    const entries = timeline(
      situation([both], "2026-11-23T19:00:00Z", { used: { "rule-1": 4_000 } }),
      at("2026-11-24T12:00:00Z"),
    );
    expect(
      entries.map((entry) => [
        formatInstant(entry.at).slice(11, 16),
        ...entry.decisions.map(({ state, reason, used_seconds }) => [state, reason, used_seconds]),
      ]),
    ).toEqual([
      ["19:00", ["blocked", "limit", 4_000]],
      ["23:00", ["blocked", "schedule", 0]],
      ["05:00", ["allowed", "none", 0]],
    ]);
    expect(entries[0]?.decisions[0]?.blocked_until).toBe(at("2026-11-24T05:00:00Z"));
  });
});

describe("where rules meet", () => {
  const day = windowOf([1], "08:00", "18:00");
  const evening = windowOf([1], "11:00", "21:00");

  it("the one that blocks decides before one that warns, and that before one that allows", () => {
    const rules = [
      ruleWith({ id: "a" }),
      ruleWith({ id: "b", apps: ["instagram", "tiktok"] }),
      ruleWith({ id: "c", categories: ["social"], apps: [] }),
    ];
    expect(decisionOn(rules, NOON, { used: { b: 3_000 } }).rule_id).toBe("b");
    expect(decisionOn(rules, NOON, { used: { b: 3_000, c: 3_600 } })).toMatchObject({
      rule_id: "c",
      state: "blocked",
    });
  });

  it("the one that blocks longest is named, and until when the app stays blocked by any", () => {
    const rules = [
      ruleWith({ id: "a", daily_limit_seconds: null, schedule: [day] }),
      ruleWith({ id: "b", daily_limit_seconds: null, schedule: [evening] }),
    ];
    expect(decisionOn(rules, "2026-11-23T09:00:00Z")).toMatchObject({
      rule_id: "a",
      blocked_until: "2026-11-23T20:00:00.000Z",
      next_change_at: "2026-11-23T10:00:00.000Z",
    });
    expect(decisionOn(rules, NOON)).toMatchObject({
      rule_id: "b",
      next_change_at: "2026-11-23T20:00:00.000Z",
    });
  });

  it("the one with the least left is named where none blocks, else the older", () => {
    const rules = [
      ruleWith({ id: "a", daily_limit_seconds: 7_200 }),
      ruleWith({ id: "b", daily_limit_seconds: 3_600 }),
      ruleWith({ id: "c", daily_limit_seconds: 3_600 }),
    ];
    expect(decisionOn(rules, NOON).rule_id).toBe("b");
    expect(decisionOn(rules, NOON, { used: { a: 4_000 } }).rule_id).toBe("a");
    expect(decisionOn([...rules].reverse(), NOON).rule_id).toBe("b");
  });

  it("an app is under the rules of its category, known from the catalogue or from use", () => {
    const rules = [
      ruleWith({ id: "a", apps: ["unheard.of", "instagram"] }),
      ruleWith({ id: "b", apps: [], categories: ["social"], daily_limit_seconds: 0 }),
    ];
    expect(decisionOn(rules, NOON, {}, "instagram").rule_id).toBe("b");
    expect(decisionOn(rules, NOON, {}, "unheard.of").rule_id).toBe("a");
    expect(decisionOn(rules, NOON, { categoryOf: () => "social" }, "unheard.of").rule_id).toBe("b");
    expect(decisionOn(rules, NOON, {}, "social").rule_id).toBe("b");
  });

  it("one that is switched off decides nothing, and still tells what was used", () => {
    const off = ruleWith({ is_active: false, daily_limit_seconds: 0 });
    const on = ruleWith({ id: "rule-2" });
    expect(
      decisionOn([ruleWith({ is_active: false, daily_limit_seconds: 60 }), on], NOON),
    ).toMatchObject({
      rule_id: "rule-2",
    });
    const { decisions, rule_states } = decidedOn([off], NOON, { used: { "rule-1": 500 } });
    expect(decisions).toEqual([]);
    expect(rule_states).toMatchObject([
      {
        rule_id: "rule-1",
        state: "allowed",
        used_seconds: 500,
        next_change_at: at(PARIS_MIDNIGHT),
      },
    ]);
  });
});

describe("a loosening that waits", () => {
  const rule = ruleWith({ strict: true });
  const effect = { effective_date: "2026-11-24", not_before: at(PARIS_MIDNIGHT) };

  it("is foreseen: a phone without a network knows the second from which it holds", () => {
    const after = ruleWith({ daily_limit_seconds: 7_200, apps: ["instagram", "tiktok"] });
    const rules = [{ rule, pending: { after, ...effect } }];
    const entries = timeline({ ...situation([], NOON), rules }, at("2026-11-25T12:00:00Z"));
    expect(
      entries.map((entry) => [
        formatInstant(entry.at),
        entry.decisions.map(({ target, limit_seconds }) => [target.id, limit_seconds]),
      ]),
    ).toEqual([
      [formatInstant(at(NOON)), [["instagram", 3_600]]],
      [
        PARIS_MIDNIGHT,
        [
          ["instagram", 7_200],
          ["tiktok", 7_200],
        ],
      ],
    ]);
  });

  it("holds from the middle of a day that flying east began too soon, with that day's use", () => {
    const history = [
      { timezone: "Europe/Paris", day_start_minute: 0, since: 0 },
      { timezone: "Pacific/Kiritimati", day_start_minute: 0, since: at(NOON) },
    ];
    const after = ruleWith({ daily_limit_seconds: 7_200 });
    const rules = [{ rule, pending: { after, ...effect } }];
    const told = { ...situation([], NOON, { history }), rules, usedSeconds: () => 3_600 };
    expect(decide(told).decisions[0]).toMatchObject({
      state: "blocked",
      blocked_until: effect.not_before,
    });
    expect(timeline(told, effect.not_before + 1).at(-1)?.decisions[0]).toMatchObject({
      state: "allowed",
      used_seconds: 3_600,
      limit_seconds: 7_200,
    });
  });

  it("may be the end of the rule", () => {
    const rules = [{ rule, pending: { after: null, ...effect } }];
    const { decisions, next_change_at } = decide({ ...situation([], NOON), rules });
    expect(next_change_at).toBe(at(PARIS_MIDNIGHT));
    expect(decisions[0]?.next_change_at).toBe(at(PARIS_MIDNIGHT));
    const later = timeline({ ...situation([], NOON), rules }, at("2026-11-25T12:00:00Z")).at(-1);
    expect(later).toMatchObject({ decisions: [], rule_states: [], next_change_at: null });
  });
});

it("a person without rules is told that nothing is blocked, and until when that is sure", () => {
  expect(decidedOn([], NOON)).toEqual({
    decisions: [],
    rule_states: [],
    next_change_at: null,
    valid_until: at("2026-11-24T23:00:00Z"),
    days: [
      {
        date: "2026-11-23",
        starts_at: at("2026-11-22T23:00:00Z"),
        ends_at: at("2026-11-23T23:00:00Z"),
      },
      {
        date: "2026-11-24",
        starts_at: at("2026-11-23T23:00:00Z"),
        ends_at: at("2026-11-24T23:00:00Z"),
      },
    ],
  });
});
