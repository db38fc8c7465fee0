import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boardLines } from "./board-lines.ts";
import { applyFrame, EMPTY_BOARD, type Entry } from "./board.ts";
import { CAST } from "./cast.ts";
import { closingLines } from "./closing.ts";
import { COLOURS, PLAIN } from "./paint.ts";
import type { Scene } from "./scene.ts";
import { screen } from "./screen.ts";
import { widthOf } from "./text.ts";

const people = new Map(CAST.people.map((person) => [person.key, person]));
const now = Date.parse("2026-11-22T17:30:00Z");

function entryOf(key: string, rank: number, score: number, days: Partial<Entry> = {}): Entry {
  const user = { id: key, display_name: people.get(key)?.name ?? key };
  return { rank, user, score, coverage: 1, days_reported: 1, days_total: 1, ...days };
}

function sceneOf(entries: readonly Entry[], more: Partial<Scene> = {}): Scene {
  const frame = { type: "snapshot", version: 1, status: "running", total: 6, entries } as const;
  return {
    challenge: "A week with less phone, made and watched by Tala in Pago Pago",
    board: applyFrame(EMPTY_BOARD, frame, 0),
    isUpToDate: true,
    people,
    missing_day_seconds: 14_400,
    happenings: [{ kind: "used", text: "Chloé’s phone: 12 min of Instagram", at_ms: 1_000 }],
    tally: { calls: 1, items: 1, accepted: 1, duplicate: 0, rejected: 0 },
    delay: { last: 12, p95: 120 },
    now,
    elapsed_ms: 1_000,
    total_ms: 45_000,
    seed: 7,
    ...more,
  };
}

const five = [
  entryOf("chloe", 1, 2_400),
  entryOf("yuki", 2, 3_900),
  entryOf("joao", 2, 3_900),
  entryOf("marcus", 4, 7_000),
  entryOf("sina", 5, 14_400, { coverage: 0, days_reported: 0, days_total: 2 }),
];

describe("the board", () => {
  it("shows rank, name, place, own date and time, score, days and a bar at 80 columns", () => {
    expect(boardLines(sceneOf(five), 80, PLAIN)).toEqual([
      "                   where, own time     screen time  days  ░ silent: 4 h a day",
      "  1     Chloé      Paris     Sun 18:30      40 min   1/1  ███▋",
      "  2     João       São Paulo Sun 14:30  1 h 05 min   1/1  ██████",
      "  2     Yuki       Tokyo     Mon 02:30  1 h 05 min   1/1  ██████",
      "  4     Marcus     New York  Sun 12:30  1 h 56 min   1/1  ██████████▊",
      "  5     Sina       Apia      Mon 06:30  4 h 00 min   0/2  ░░░░░░░░░░░░░░░░░░░░░░",
    ]);
  });

  it("marks who moved, for a few seconds", () => {
    const before = sceneOf(five);
    const entries = [entryOf("marcus", 1, 100), entryOf("chloe", 2, 2_400)];
    const frame = { type: "changes", version: 2, total: 6, entries } as const;
    const board = applyFrame(before.board, frame, 10_000);
    const at = (elapsed_ms: number) => boardLines({ ...before, board, elapsed_ms }, 80, PLAIN);
    const [, first = "", second = ""] = at(10_500);
    expect(first.startsWith("  1 ▲3  Marcus")).toBe(true);
    expect(second.startsWith("  2 ▼1  Chloé")).toBe(true);
    expect(at(20_000).join("")).not.toMatch(/[▲▼]/);
  });

  it("keeps rank, name and score where it is too narrow for the rest", () => {
    const [, first] = boardLines(sceneOf(five), 40, PLAIN);
    expect(first).toBe("  1     Chloé      40 min");
  });

  it("is empty before the first frame and draws no bar while nobody used anything", () => {
    expect(boardLines(sceneOf([]), 80, PLAIN)).toHaveLength(1);
    const [, line] = boardLines(sceneOf([entryOf("chloe", 1, 0)]), 80, PLAIN);
    expect(line?.trimEnd().endsWith("0 min   1/1")).toBe(true);
  });
});

describe("the whole screen", () => {
  const anyEntry = fc
    .record({
      key: fc.constantFrom(...people.keys(), "somebody with a very long name that goes on and on"),
      rank: fc.integer({ min: 1, max: 200 }),
      score: fc.nat(2_000_000),
      coverage: fc.double({ min: 0, max: 1, noNaN: true }),
      days_total: fc.integer({ min: 1, max: 92 }),
    })
    .map(({ key, rank, score, ...days }) => entryOf(key, rank, score, days));
  const anyEntries = fc.uniqueArray(anyEntry, { selector: ({ user }) => user.id });
  const anyHappening = fc.record({
    kind: fc.constantFrom("used", "known", "union", "refused", "late", "silent"),
    text: fc.string({ unit: "grapheme-composite", maxLength: 120 }),
    at_ms: fc.nat(600_000),
  });

  it("never exceeds the terminal, in colour or without", () => {
    fc.assert(
      fc.property(
        anyEntries,
        fc.array(anyHappening, { maxLength: 9 }),
        fc.integer({ min: 20, max: 140 }),
        fc.integer({ min: 1, max: 40 }),
        (entries, happenings, columns, rows) => {
          const scene = sceneOf(entries, { happenings });
          const drawn = screen(scene, { columns, rows }, COLOURS);
          expect(drawn.length).toBeLessThanOrEqual(rows);
          for (const line of drawn) expect(widthOf(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  it("fits 24 lines with six people, newest line of the log last", () => {
    const happenings = Array.from({ length: 9 }, (_, index) => ({
      kind: "used" as const,
      text: `thing ${index}`,
      at_ms: index * 1_000,
    }));
    const six = [...five, entryOf("wanjiru", 6, 20_000)];
    const drawn = screen(sceneOf(six, { happenings }), { columns: 80, rows: 24 }, PLAIN);
    expect(drawn.length).toBeLessThanOrEqual(24);
    const log = drawn.filter((line) => line.includes("thing"));
    expect(log).toHaveLength(6);
    expect(log.at(-1)).toBe("  0:08 + thing 8".slice(1));
    expect(drawn.at(-1)).toContain("seed 7");
  });

  it("has no colours where none are wanted", () => {
    expect(screen(sceneOf(five), { columns: 80, rows: 24 }, PLAIN).join("")).not.toContain(
      "\u001B",
    );
  });
});

describe("the closing screen", () => {
  it("names the addresses in full, and the rest within 80 columns and about 24 lines", () => {
    const lines = closingLines(
      {
        scene: sceneOf(five),
        answers_ms: [8, 9, 30],
        mail_url: "http://localhost:8025",
        docs_url: "http://localhost:8787/docs",
        email: "chloe-abc1234@example.com",
        password: "a password for one evening",
        challenge_id: "01a20456-4f93-727e-8f8a-2d461317bb3a",
      },
      80,
      PLAIN,
    );
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
    const text = lines.join("\n");
    expect(text).toContain("http://localhost:8025");
    expect(text).toContain("http://localhost:8787/docs");
    expect(text).toContain("answered in 9.0 ms (median)");
    expect(text).toContain("--seed 7");
  });
});
