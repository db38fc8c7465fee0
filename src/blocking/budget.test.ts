import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyRule, APPS, categoryOf, ruleWith, seeds } from "../testing/blocking.ts";
import { CATEGORIES, type Category } from "../catalogue/index.ts";
import { DayBook, type DayTotal, type Piece } from "../usage/day-book.ts";
import { budgetOf } from "./budget.ts";
import type { Rule } from "./rule.ts";

type DayUse = { pieces: Piece[]; totals: DayTotal[]; day_seconds: number };

function piece(app: string, category: Category, started_s: number, ended_s: number): Piece {
  return { app, category, started_s, ended_s, app_name: null, device_id: "phone" };
}

function total(app: string, category: Category, seconds: number, device_id: string): DayTotal {
  return { app, client_app: app, category, seconds, device_id, app_name: null };
}

function usedSeconds(rule: Rule, { pieces, totals, day_seconds }: DayUse): number {
  const book = new DayBook(day_seconds, budgetOf(rule));
  for (const one of totals) book.put(one);
  for (const one of pieces) book.add(one);
  return book.total_seconds;
}

const DAY_SECONDS = 86_400;

describe("a group's budget", () => {
  const group = ruleWith({ apps: ["instagram", "tiktok"], categories: ["social"] });
  const use: DayUse = {
    pieces: [
      piece("instagram", "social", 0, 600),
      piece("tiktok", "video", 1_000, 1_300),
      piece("youtube", "video", 2_000, 2_900),
      piece("x", "social", 3_000, 3_060),
    ],
    totals: [],
    day_seconds: DAY_SECONDS,
  };

  it("is the sum over its apps, one named twice over once", () => {
    expect(usedSeconds(group, use)).toBe(600 + 300 + 60);
    expect(usedSeconds({ ...group, categories: [] }, use)).toBe(900);
    expect(usedSeconds({ ...group, apps: [] }, use)).toBe(660);
  });

  it("counts a minute once that two of its apps or devices share", () => {
    const shared = [...use.pieces, piece("tiktok", "video", 300, 900)];
    expect(usedSeconds(group, { ...use, pieces: shared })).toBe(900 + 300 + 60);
  });

  it("adds what devices know as totals only, up to the length of the day", () => {
    const totals = [
      total("instagram", "social", 1_000, "ipad"),
      total("instagram", "social", 500, "iphone"),
      total("youtube", "video", 9_000, "ipad"),
    ];
    expect(usedSeconds(group, { ...use, totals })).toBe(960 + 1_500);
    expect(usedSeconds(group, { ...use, totals, day_seconds: 2_000 })).toBe(2_000);
  });

  it.each(seeds())(
    "is the number of seconds in which any of its apps was used (seed %i)",
    (seed) => {
      const anyPiece = fc
        .record({
          app: fc.constantFrom(...APPS),
          unheard: fc.constantFrom(...CATEGORIES.slice(0, 4)),
          started_s: fc.nat(100),
          length: fc.integer({ min: 1, max: 40 }),
        })
        .map(({ app, unheard, started_s, length }) =>
          piece(app, categoryOf(app) ?? unheard, started_s, started_s + length),
        );
      fc.assert(
        fc.property(anyRule(), fc.array(anyPiece, { maxLength: 12 }), (rule, pieces) => {
          const seconds = new Set<number>();
          for (const { app, category, started_s, ended_s } of pieces) {
            const isMeant = rule.apps.includes(app) || rule.categories.includes(category);
            for (let second = started_s; isMeant && second < ended_s; second += 1)
              seconds.add(second);
          }
          expect(usedSeconds(rule, { pieces, totals: [], day_seconds: DAY_SECONDS })).toBe(
            seconds.size,
          );
        }),
        { seed, numRuns: 300 },
      );
    },
  );
});
