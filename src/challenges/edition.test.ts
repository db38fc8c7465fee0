import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "./board-entry.ts";
import { changesFrame, editionOf, snapshotFrame, unchangedFrame, type Edition } from "./edition.ts";
import { Ranking } from "./ranking.ts";

type Told = {
  type: string;
  version: number;
  total: number;
  status?: string;
  entries: Entry[];
  me: Entry | null;
};

const TOP = 3;
const read = (text: string) => JSON.parse(text) as Told;
const entry = (id: string, rank: number, score: number): Entry => ({
  rank,
  user: { id, display_name: `P${id}`, avatar_url: null },
  score,
  coverage: 1,
  days_reported: 1,
  days_total: 1,
});

/** What a viewer keeps of frames, as API.md tells them to. */
function merged(known: readonly Entry[], told: Told): Entry[] {
  if (told.type !== "changes") return told.entries;
  const byUser = new Map([...known, ...told.entries].map((line) => [line.user.id, line]));
  return [...byUser.values()]
    .sort((a, b) => a.rank - b.rank || (a.user.id < b.user.id ? -1 : 1))
    .slice(0, TOP);
}

function entriesOf(edition: Edition): Entry[] {
  return [...edition.entries.values()].map((text) => JSON.parse(text) as Entry);
}

describe("the frames of a board", () => {
  it("keep a viewer's copy equal to the top, through any changes", () => {
    const change = fc.record({
      id: fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
      score: fc.option(fc.integer({ min: 0, max: 4 }), { freq: 4 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 30 }), (rounds) => {
        const ranking = new Ranking<string>("ascending");
        const compose = (version: number) =>
          editionOf(
            version,
            "running",
            ranking.size,
            ranking.page(0, TOP).map(({ id, rank, score }) => entry(id, rank, score)),
          );
        let edition = compose(0);
        let copy = read(snapshotFrame(edition)("null")).entries;
        for (const [index, changes] of rounds.entries()) {
          for (const { id, score } of changes) {
            if (score === null) ranking.remove(id);
            else ranking.set(id, score);
          }
          const next = compose(index + 1);
          const standing = (id: string) => {
            const rank = ranking.rank(id);
            return rank === undefined ? null : JSON.stringify(entry(id, rank, ranking.score(id)!));
          };
          const frame = changesFrame(edition, next, standing) ?? snapshotFrame(next);
          copy = merged(copy, read(frame("null")));
          expect(copy).toEqual(entriesOf(next));
          edition = next;
        }
      }),
    );
  });

  it("tell only what has changed", () => {
    const before = editionOf(4, "running", 3, [entry("a", 1, 10), entry("b", 2, 20)]);
    const after = editionOf(5, "running", 3, [entry("a", 1, 10), entry("b", 2, 25)]);
    expect(read(changesFrame(before, after, () => null)!("null"))).toEqual({
      type: "changes",
      version: 5,
      total: 3,
      entries: [entry("b", 2, 25)],
      me: null,
    });
  });

  it("tell a new status, and nothing of one that is not new", () => {
    const running = editionOf(1, "running", 0, []);
    const settling = editionOf(2, "settling", 0, []);
    expect(read(changesFrame(running, settling, () => null)!("null")).status).toBe("settling");
    expect(read(unchangedFrame(settling)("null"))).not.toHaveProperty("status");
  });

  it("show each viewer their own line", () => {
    const edition = editionOf(1, "running", 1, [entry("a", 1, 10)]);
    const frame = snapshotFrame(edition);
    expect(read(frame(JSON.stringify(entry("z", 9, 90)))).me).toEqual(entry("z", 9, 90));
    expect(read(frame("null")).me).toBeNull();
    expect(frame("null")).toBe(frame("null"));
  });

  it("begin anew where changes would be larger than 16 KiB, or somebody left the board", () => {
    const long = (id: number, score: number) => ({
      ...entry(`${id}`, 1, score),
      user: { id: `${id}`, display_name: "é".repeat(150), avatar_url: null },
    });
    const everybody = (score: number) =>
      editionOf(
        1,
        "running",
        60,
        Array.from({ length: 50 }, (_, id) => long(id, score)),
      );
    expect(changesFrame(everybody(1), everybody(2), () => null)).toBeNull();
    const two = editionOf(1, "running", 2, [entry("a", 1, 10), entry("b", 2, 20)]);
    const one = editionOf(2, "running", 1, [entry("b", 1, 20)]);
    expect(changesFrame(two, one, () => null)).toBeNull();
  });
});
