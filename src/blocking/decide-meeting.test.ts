import { describe, expect, it } from "vitest";
import { at, ruleWith, windowOf } from "../testing/blocking.ts";
import { decidedOn, decisionOn, NOON, PARIS_MIDNIGHT } from "../testing/decisions.ts";

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
