import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ScoredId, ScoreOrder } from "./ranking.ts";
import { Ranking } from "./ranking.ts";

/** The same board kept as a plain list that is sorted anew for every question. */
class PlainBoard {
  readonly scores = new Map<string, number>();
  readonly order: ScoreOrder;

  constructor(order: ScoreOrder) {
    this.order = order;
  }

  sorted(): { id: string; score: number; rank: number }[] {
    const direction = this.order === "ascending" ? 1 : -1;
    const sorted = [...this.scores].sort(
      ([idA, a], [idB, b]) => (a - b) * direction || (idA < idB ? -1 : 1),
    );
    let rank = 0;
    return sorted.map(([id, score], index) => {
      if (index === 0 || sorted[index - 1]?.[1] !== score) rank = index + 1;
      return { id, score, rank };
    });
  }
}

/** Ids that sort otherwise than they were made, as those of different milliseconds' makers may. */
function idOf(n: number): string {
  return `id-${((n * 7919) % 10_007).toString(36).padStart(4, "0")}-${n}`;
}

function expectSame(
  board: Ranking<string>,
  plain: PlainBoard,
  random: (below: number) => number,
): void {
  const sorted = plain.sorted();
  expect(board.size).toBe(sorted.length);
  const offset = random(sorted.length + 2);
  expect(board.page(offset, 20)).toEqual(sorted.slice(offset, offset + 20));
  const at = random(sorted.length);
  const entry = sorted[at];
  if (entry === undefined) return;
  expect(board.rank(entry.id)).toBe(entry.rank);
  expect(board.position(entry.id)).toBe(at);
  expect(board.score(entry.id)).toBe(entry.score);
  expect(board.after(entry, 7)).toEqual(sorted.slice(at + 1, at + 8));
  expect(board.around(entry.id, 3)).toEqual(sorted.slice(Math.max(0, at - 3), at + 4));
}

/** A small linear congruential generator: a seed gives the same changes on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = (Math.abs(seed) % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return below === 0 ? 0 : state % below;
  };
}

describe("a ranking", () => {
  it("lets equal scores share a rank, in the order of their ids", () => {
    const board = new Ranking("ascending", [
      { id: "d", score: 30 },
      { id: "c", score: 20 },
      { id: "b", score: 20 },
      { id: "a", score: 10 },
    ]);
    expect(board.page(0, 10).map(({ id, rank }) => [id, rank])).toEqual([
      ["a", 1],
      ["b", 2],
      ["c", 2],
      ["d", 4],
    ]);
    expect(board.rank("c")).toBe(2);
    expect(board.position("c")).toBe(2);
    expect(board.page(2, 1), "a page that begins within a tie").toEqual([
      { id: "c", score: 20, rank: 2 },
    ]);
  });

  it("puts higher scores first when they are better, fractions included", () => {
    const board = new Ranking("descending", [
      { id: "a", score: -3.5 },
      { id: "b", score: 12.25 },
      { id: "c", score: 12.5 },
    ]);
    expect(board.page(0, 10).map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });

  it("knows nothing of who is not on it", () => {
    const board = new Ranking<string>("ascending", [{ id: "a", score: 1 }]);
    expect(board.score("b")).toBeUndefined();
    expect(board.rank("b")).toBeUndefined();
    expect(board.position("b")).toBeUndefined();
    expect(board.around("b", 5)).toEqual([]);
    expect(board.remove("b")).toBe(false);
    expect(board.remove("a")).toBe(true);
    expect(board.page(0, 50)).toEqual([]);
    expect(board.after(null, 50)).toEqual([]);
    expect(board.size).toBe(0);
  });

  it("says whether a score changed anything", () => {
    const board = new Ranking<string>("ascending");
    expect(board.set("a", 5)).toBe(true);
    expect(board.set("a", 5)).toBe(false);
    expect(board.set("a", 6)).toBe(true);
  });

  it("takes no score that is not a finite number, and stays as it was", () => {
    const board = new Ranking<string>("ascending", [{ id: "a", score: 1 }]);
    for (const score of [NaN, Infinity, -Infinity]) {
      expect(() => board.set("a", score)).toThrow(RangeError);
      expect(() => board.load([{ id: "b", score }])).toThrow(RangeError);
    }
    expect(board.page(0, 10)).toEqual([{ id: "a", score: 1, rank: 1 }]);
  });

  it("goes on behind a cursor whose entry has moved or gone", () => {
    const board = new Ranking<string>(
      "ascending",
      Array.from({ length: 10 }, (_, n) => ({ id: `id${n}`, score: n })),
    );
    const cursor: ScoredId<string> = { id: "id4", score: 4 };
    board.set("id4", 100);
    expect(board.after(cursor, 2).map(({ id }) => id)).toEqual(["id5", "id6"]);
    board.remove("id4");
    board.set("new", 4.5);
    expect(board.after(cursor, 2).map(({ id }) => id)).toEqual(["new", "id5"]);
  });

  it("loads many at once, the last score of an id holding", () => {
    const board = new Ranking<string>("ascending", [{ id: "old", score: 0 }]);
    board.load([
      { id: "a", score: 2 },
      { id: "b", score: 1 },
      { id: "a", score: 0 },
    ]);
    expect(board.page(0, 10).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  const freshSeeds = fc.sample(fc.nat(), 2);
  const seeds = [...Array.from({ length: 18 }, (_, n) => n + 1), ...freshSeeds];
  it.each(seeds)("equals a plain sort through 100,000 changes (seed %i)", (seed) => {
    const random = randomFrom(seed);
    const order: ScoreOrder = seed % 2 === 0 ? "ascending" : "descending";
    const plain = new PlainBoard(order);
    const scoreRange = [5, 500, 92 * 86_400][seed % 3] ?? 5;
    const ids = Array.from({ length: 3_000 }, (_, n) => idOf(n));
    for (const id of ids.slice(0, 1_500)) plain.scores.set(id, random(scoreRange));
    const entries = [...plain.scores].map(([id, score]) => ({ id, score }));
    const board = new Ranking<string>(order, entries);
    let wrongAnswers = 0;
    for (let change = 1; change <= 100_000; change += 1) {
      const id = ids[random(ids.length)] ?? "";
      if (random(4) === 0) {
        if (board.remove(id) !== plain.scores.delete(id)) wrongAnswers += 1;
      } else {
        const score = random(scoreRange) / (seed % 2 === 0 ? 1 : 8);
        if (board.set(id, score) !== (plain.scores.get(id) !== score)) wrongAnswers += 1;
        plain.scores.set(id, score);
      }
      // A sort a change would take minutes: one in a thousand is enough for a wrong one to show.
      if (change % 1_000 === 0) expectSame(board, plain, random);
    }
    expect(wrongAnswers).toBe(0);
    // All of it: every rank, every place, every tie and every neighbourhood.
    const sorted = plain.sorted();
    expect(board.page(0, Infinity)).toEqual(sorted);
    for (const [at, { id, rank }] of sorted.entries()) {
      const around = board.around(id, 1).map((entry) => entry.id);
      const neighbours = sorted.slice(Math.max(0, at - 1), at + 2).map((entry) => entry.id);
      if (board.rank(id) !== rank || board.position(id) !== at) wrongAnswers += 1;
      if (around.join() !== neighbours.join()) wrongAnswers += 1;
    }
    expect(wrongAnswers).toBe(0);
  });

  it("equals a plain sort from empty to full and back, drained from either end", () => {
    const random = randomFrom(7);
    const plain = new PlainBoard("ascending");
    const board = new Ranking<string>("ascending");
    for (let n = 0; n < 3_000; n += 1) {
      board.set(idOf(n), n % 50);
      plain.scores.set(idOf(n), n % 50);
    }
    expectSame(board, plain, random);
    while (board.size > 0) {
      const [entry] = board.page(board.size % 2 === 0 ? 0 : board.size - 1, 1);
      if (entry === undefined) break;
      board.remove(entry.id);
      plain.scores.delete(entry.id);
      if (board.size % 250 === 0) expectSame(board, plain, random);
    }
    expect(board.size).toBe(0);
    expect(board.set("again", 1)).toBe(true);
    expect(board.rank("again")).toBe(1);
  });

  it("changes and answers well inside a millisecond at 100,000 entries", () => {
    const random = randomFrom(11);
    const full = 92 * 86_400;
    const ids = Array.from({ length: 100_000 }, (_, n) => idOf(n));
    const board = new Ranking<string>(
      "ascending",
      ids.map((id) => ({ id, score: random(full) })),
    );
    const rounds = 2_000;
    const began = performance.now();
    for (let round = 0; round < rounds; round += 1) {
      const id = ids[random(ids.length)] ?? "";
      board.set(id, random(full));
      board.rank(id);
      board.page(0, 50);
    }
    // A change, a rank and a top 50 together; measured 0.01 ms, so a slow machine has room.
    expect((performance.now() - began) / rounds).toBeLessThan(1);
  });
});
