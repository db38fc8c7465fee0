import { describe, expect, it } from "vitest";
import { formatInstant } from "../platform/time/instant.ts";
import { at, ruleWith, windowOf } from "../testing/blocking.ts";
import { decidedOn, decisionOn, NOON, PARIS_MIDNIGHT, situation } from "../testing/decisions.ts";
import { decide, timeline } from "./decide.ts";

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
