import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { ownDateAt } from "../platform/time/own-day.ts";
import {
  anyRule,
  APPS,
  at,
  categoryOf,
  ruleWith,
  seeds,
  SOME_CATEGORIES,
  windowOf,
} from "../testing/blocking.ts";
import { isOpen } from "../testing/minutes.ts";
import { CATEGORIES } from "../catalogue/index.ts";
import { isLooser, type RuleWorld } from "./looser.ts";
import type { Rule } from "./rule.ts";
import { ruleStateOf } from "./rule-state.ts";
import { openStretches } from "./schedule.ts";

const world: RuleWorld = { day_start_minute: 0, categoryOf };
const everyDay = [1, 2, 3, 4, 5, 6, 7];

describe("a change", () => {
  const limited = ruleWith({ apps: ["instagram", "tiktok"], strict: true });
  const night = windowOf(everyDay, "22:00", "06:00");
  const scheduled = ruleWith({ daily_limit_seconds: null, schedule: [night], strict: true });

  it.each<[string, Rule, Partial<Rule>]>([
    ["lowers the limit", limited, { daily_limit_seconds: 1_800 }],
    ["adds an app to the shared budget", limited, { apps: ["instagram", "tiktok", "x"] }],
    [
      "names an app's category instead of the app",
      limited,
      { apps: ["tiktok"], categories: ["social"] },
    ],
    ["sets a lower limit for one weekday", limited, { weekday_limits: { 6: 600 } }],
    [
      "writes the same limit out by weekday",
      limited,
      { weekday_limits: Object.fromEntries(everyDay.map((day) => [day, 3_600])) },
    ],
    ["adds a window", limited, { schedule: [night] }],
    ["lengthens a window", scheduled, { schedule: [windowOf(everyDay, "21:00", "06:30")] }],
    [
      "splits a window into two that touch",
      scheduled,
      { schedule: [windowOf(everyDay, "22:00", "00:00"), windowOf(everyDay, "00:00", "06:00")] },
    ],
    ["blocks all day in place of a window", scheduled, { schedule: [], daily_limit_seconds: 0 }],
    ["renames it and changes its alerts", limited, { name: "other", alert_percents: [] }],
  ])("that %s is not looser", (_, before, fields) => {
    expect(isLooser(before, { ...before, ...fields }, world)).toBe(false);
  });

  it.each<[string, Rule, Partial<Rule>]>([
    ["raises the limit", limited, { daily_limit_seconds: 3_601 }],
    ["raises it on one weekday", limited, { weekday_limits: { 7: 3_601 } }],
    [
      "drops a weekday's limit that was lower",
      { ...limited, weekday_limits: { 3: 60 } },
      { weekday_limits: {} },
    ],
    ["drops an app", limited, { apps: ["instagram"] }],
    [
      "names one app of the category it was about",
      { ...limited, apps: [], categories: ["social"] },
      { apps: ["instagram"], categories: [] },
    ],
    [
      "names a category for an app that may be of another",
      ruleWith({ apps: ["unheard.of"] }),
      { apps: [], categories: ["social"] },
    ],
    ["moves a window", scheduled, { schedule: [windowOf(everyDay, "22:01", "06:01")] }],
    [
      "drops a window's day",
      scheduled,
      { schedule: [windowOf([1, 2, 3, 4, 5, 6], "22:00", "06:00")] },
    ],
    ["changes a window for a limit", scheduled, { schedule: [], daily_limit_seconds: 1 }],
    ["ends strictness", limited, { strict: false }],
    ["switches it off", limited, { is_active: false }],
    ["is both tighter and looser", limited, { daily_limit_seconds: 60, apps: ["tiktok", "x"] }],
  ])("that %s is looser", (_, before, fields) => {
    expect(isLooser(before, { ...before, ...fields }, world)).toBe(true);
  });

  it("that deletes a rule is looser, but for one that is switched off", () => {
    expect(isLooser(limited, null, world)).toBe(true);
    expect(isLooser({ ...limited, is_active: false }, null, world)).toBe(false);
  });

  it("may be looser or not by when the own day begins", () => {
    const before = ruleWith({ daily_limit_seconds: null, weekday_limits: { 1: 600 } });
    const after = { ...before, weekday_limits: {}, schedule: [windowOf([1], "00:00", "00:00")] };
    expect(isLooser(before, after, world)).toBe(false);
    // Monday's budget then runs until Tuesday 04:00, and nothing blocks after midnight.
    expect(isLooser(before, after, { ...world, day_start_minute: 240 })).toBe(true);
  });

  it("to every category covers an app of whichever", () => {
    const before = ruleWith({ apps: ["unheard.of"] });
    const after = { ...before, apps: [], categories: CATEGORIES };
    expect(isLooser(before, after, world)).toBe(false);
    expect(isLooser(before, { ...after, categories: CATEGORIES.slice(1) }, world)).toBe(true);
  });
});

/** Coarse enough to try everything: times by four hours, three limits, three uses of two apps at once. */
const SLOT_MINUTES = 240;
const anySlot = fc.nat(5).map((slot) => slot * SLOT_MINUTES);
const anyLimit = fc.constantFrom(0, 10, 20);
const USES = [0, 10, 20];
const MONDAY = 4 * DAY_MS;

type App = { id: string; category: string };

/** The few apps named, one of each category that nobody names, and one of a category in no rule. */
function appsWhere(unheard: string): App[] {
  return [
    ...APPS.map((id) => ({ id, category: categoryOf(id) ?? unheard })),
    ...SOME_CATEGORIES.map((category) => ({ id: `another ${category}`, category })),
  ];
}

function covers(rule: Rule, { id, category }: App): boolean {
  return rule.apps.includes(id) || rule.categories.some((one) => one === category);
}

/** By slot of the week: whether a rule's windows are open, and the limit of the own day. */
function weekOf(rule: Rule, dayStart: number): { open: boolean; limit: number | null }[] {
  const limits: Record<number, number> = rule.weekday_limits;
  return Array.from({ length: (7 * 1_440) / SLOT_MINUTES }, (_, slot) => {
    const ownDay = Math.floor((slot * SLOT_MINUTES - dayStart) / 1_440);
    return {
      open: isOpen(rule, MONDAY + slot * SLOT_MINUTES * MINUTE_MS),
      limit: limits[((ownDay + 7) % 7) + 1] ?? rule.daily_limit_seconds,
    };
  });
}

/** Tries every slot of a week, every app, every category of the app nobody knows, and every use of two. */
function isLooserByTrial(before: Rule, after: Rule, dayStart: number): boolean {
  if (before.is_active && before.strict && !after.strict) return true;
  const [weekBefore, weekAfter] = [weekOf(before, dayStart), weekOf(after, dayStart)];
  const blocks = (rule: Rule, week: typeof weekBefore, slot: number, used: number) => {
    const { open = false, limit = null } = week[slot] ?? {};
    return rule.is_active && (open || (limit !== null && used >= limit));
  };
  for (const unheard of ["social", "video", "games", "news"]) {
    const apps = appsWhere(unheard);
    for (const one of apps.filter((app) => covers(before, app))) {
      for (const other of apps) {
        for (const [use, otherUse] of USES.flatMap((a) => USES.map((b) => [a, b] as const))) {
          const used = (rule: Rule) =>
            (covers(rule, one) ? use : 0) + (covers(rule, other) && other !== one ? otherUse : 0);
          const [usedBefore, usedAfter] = [used(before), used(after)];
          for (let slot = 0; slot < weekBefore.length; slot += 1) {
            const was = blocks(before, weekBefore, slot, usedBefore);
            const is = covers(after, one) && blocks(after, weekAfter, slot, usedAfter);
            if (was && !is) return true;
          }
        }
      }
    }
  }
  return false;
}

/** A change as people make them: a field or two of the rule become another's. */
const anyChange = fc
  .tuple(
    anyRule(anySlot, anyLimit),
    anyRule(anySlot, anyLimit),
    fc.subarray([
      "apps",
      "categories",
      "daily_limit_seconds",
      "weekday_limits",
      "schedule",
      "is_active",
      "strict",
    ] as const),
    fc.boolean(),
    anySlot.map((minute) => minute % 720),
  )
  .map(([before, other, fields, adds, day_start_minute]) => {
    const changed = Object.fromEntries(fields.map((field) => [field, other[field]]));
    const after: Rule = { ...before, ...changed };
    // Half of them only add, so that enough of them are not looser.
    const added: Rule = {
      ...before,
      apps: [...new Set([...before.apps, ...after.apps])],
      categories: [...new Set([...before.categories, ...after.categories])],
      schedule: [...after.schedule, ...before.schedule],
      daily_limit_seconds: after.daily_limit_seconds,
      weekday_limits: after.weekday_limits,
    };
    return { before, after: adds ? added : after, day_start_minute };
  });

describe("by meaning", () => {
  it.each(seeds())("is what trying everything finds (seed %i)", (seed) => {
    const found = { looser: 0, not: 0 };
    fc.assert(
      fc.property(anyChange, ({ before, after, day_start_minute }) => {
        const expected = isLooserByTrial(before, after, day_start_minute);
        expect(isLooser(before, after, { day_start_minute, categoryOf })).toBe(expected);
        found[expected ? "looser" : "not"] += 1;
      }),
      { seed, numRuns: 300 },
    );
    expect(Math.min(found.looser, found.not)).toBeGreaterThan(50);
  });

  it.each(seeds())("holds on days of 23 to 25 hours, at every instant (seed %i)", (seed) => {
    let held = 0;
    fc.assert(
      fc.property(
        anyChange,
        fc.constantFrom(
          ["Europe/Paris", "2026-03-29"],
          ["Europe/Paris", "2026-10-25"],
          ["Australia/Lord_Howe", "2026-04-05"],
          ["America/St_Johns", "2010-11-07"],
        ),
        ({ before, after, day_start_minute }, [timezone = "", date = ""]) => {
          if (isLooser(before, after, { day_start_minute, categoryOf })) return;
          held += 1;
          const history = [{ timezone, day_start_minute, since: 0 }];
          const from = at(`${date}T00:00:00Z`) - DAY_MS;
          for (let now = from; now < from + 3 * DAY_MS; now += HOUR_MS / 4) {
            for (const used of USES) {
              const [was, is] = [before, after].map((rule) => {
                const isInWindow = openStretches(rule.schedule, now, now + 1, history).length > 0;
                return ruleStateOf(rule, ownDateAt(now, history), used, isInWindow).state;
              });
              if (was === "blocked" && is !== "blocked") expect.fail(`free at ${now}`);
            }
          }
        },
      ),
      { seed, numRuns: 60 },
    );
    expect(held).toBeGreaterThan(10);
  });
});
