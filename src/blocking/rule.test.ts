import { describe, expect, it } from "vitest";
import { ruleWith, windowOf } from "../testing/blocking.ts";
import { coversApp, limitOn, ruleFaults, tidied, type Rule } from "./rule.ts";

describe("a rule", () => {
  it("is a limit, a schedule or both, on any app or category", () => {
    const night = [windowOf([1, 7], "22:00", "06:00")];
    for (const rule of [
      ruleWith(),
      ruleWith({ daily_limit_seconds: 0 }),
      ruleWith({ daily_limit_seconds: null, weekday_limits: { 6: 86_400 } }),
      ruleWith({ daily_limit_seconds: null, schedule: night }),
      ruleWith({ schedule: night, apps: [], categories: ["social"] }),
      ruleWith({ alert_percents: [] }),
      ruleWith({ alert_percents: [1, 33, 100] }),
    ]) {
      expect(ruleFaults(rule)).toEqual([]);
    }
  });

  it.each<[string, Partial<Rule>]>([
    ["apps", { apps: [] }],
    ["apps", { apps: Array.from({ length: 51 }, (_, n) => `app ${n}`) }],
    ["apps", { apps: ["x", "x"] }],
    ["categories", { categories: ["social", "social"] }],
    ["categories", { categories: ["sleep" as "social"] }],
    ["daily_limit_seconds", { daily_limit_seconds: null }],
    ["daily_limit_seconds", { daily_limit_seconds: -1 }],
    ["daily_limit_seconds", { daily_limit_seconds: 86_401 }],
    ["daily_limit_seconds", { daily_limit_seconds: 1.5 }],
    ["weekday_limits.8", { weekday_limits: { 8: 60 } as object }],
    ["weekday_limits.2", { weekday_limits: { 2: NaN } }],
    ["schedule.0.days", { schedule: [windowOf([], "10:00", "11:00")] }],
    [
      "schedule.1.days",
      {
        schedule: [
          windowOf([1], "10:00", "11:00"),
          { ...windowOf([1], "10:00", "11:00"), days: [2, 2] },
        ],
      },
    ],
    ["schedule.0.start", { schedule: [windowOf([1], "24:00", "11:00")] }],
    ["schedule.0.end", { schedule: [{ ...windowOf([1], "10:00", "11:00"), end_minute: 1_440 }] }],
    ["schedule", { schedule: Array.from({ length: 29 }, () => windowOf([1], "10:00", "11:00")) }],
    ["alert_percents", { alert_percents: [0] }],
    ["alert_percents", { alert_percents: [101] }],
    ["alert_percents", { alert_percents: [80, 80] }],
    ["alert_percents", { alert_percents: Array.from({ length: 11 }, (_, n) => n + 1) }],
  ])("is refused for its %s: %j", (path, fields) => {
    expect(ruleFaults(ruleWith(fields)).map((fault) => fault.path)).toEqual([path]);
  });

  it("takes the limit of the own date's weekday before the daily one, also a limit of 0", () => {
    const rule = ruleWith({ weekday_limits: { 1: 0, 7: 7_200 } });
    expect(limitOn(rule, "2026-11-22")).toBe(7_200);
    expect(limitOn(rule, "2026-11-23")).toBe(0);
    expect(limitOn(rule, "2026-11-24")).toBe(3_600);
    expect(limitOn({ ...rule, daily_limit_seconds: null }, "2026-11-24")).toBeNull();
  });

  it("is about an app by its name or its category", () => {
    const rule = ruleWith({ apps: ["tiktok"], categories: ["social"] });
    expect(coversApp(rule, "tiktok", null)).toBe(true);
    expect(coversApp(rule, "x", "social")).toBe(true);
    expect(coversApp(rule, "x", null)).toBe(false);
    expect(coversApp(rule, "x", "video")).toBe(false);
  });

  it("is one text however its lists were ordered", () => {
    const rule = ruleWith({
      apps: ["b", "a"],
      categories: ["video", "social"],
      alert_percents: [100, 9, 80],
      schedule: [windowOf([1, 2], "10:00", "11:00")],
    });
    const same: Rule = {
      ...rule,
      apps: ["a", "b"],
      categories: ["social", "video"],
      alert_percents: [80, 100, 9],
      schedule: [{ ...windowOf([1], "10:00", "11:00"), days: [2, 1] }],
    };
    expect(JSON.stringify(tidied(same))).toBe(JSON.stringify(tidied(rule)));
    expect(tidied(same).alert_percents).toEqual([9, 80, 100]);
  });
});
