import { describe, expect, it } from "vitest";
import { applyFrame, EMPTY_BOARD, silentSeconds, usedSeconds, type Entry } from "./board.ts";

const entry = (id: string, rank: number, score: number, days: Partial<Entry> = {}): Entry => ({
  rank,
  user: { id, display_name: id },
  score,
  coverage: 1,
  days_reported: 1,
  days_total: 1,
  ...days,
});
const snapshot = {
  type: "snapshot",
  version: 3,
  status: "running",
  total: 3,
  entries: [entry("a", 1, 60), entry("b", 2, 120), entry("c", 3, 180)],
} as const;
const order = (entries: readonly Entry[]): string => entries.map(({ user }) => user.id).join("");

describe("a viewer's board", () => {
  const board = applyFrame(EMPTY_BOARD, snapshot, 0);

  it("stands as the snapshot says, and nobody has moved", () => {
    expect(order(board.entries)).toBe("abc");
    expect(board).toMatchObject({ version: 3, status: "running", reorders: 0 });
    expect(board.moves.size).toBe(0);
  });

  it("merges changes by user, sorts by rank and user, and says who passed whom", () => {
    const entries = [entry("c", 1, 30), entry("a", 3, 200), entry("b", 2, 120)];
    const next = applyFrame(board, { type: "changes", version: 4, total: 3, entries }, 900);
    expect(order(next.entries)).toBe("cba");
    expect(next.status).toBe("running");
    expect(next.reorders).toBe(1);
    expect(Object.fromEntries(next.moves)).toEqual({
      c: { places: 2, at_ms: 900 },
      a: { places: -2, at_ms: 900 },
    });
  });

  it("keeps an older move until the next one of the same user", () => {
    const up = { type: "changes", version: 4, total: 3, entries: [entry("b", 1, 10)] } as const;
    const first = applyFrame(board, { ...up, entries: [...up.entries, entry("a", 2, 60)] }, 100);
    const again = [entry("c", 1, 5), entry("b", 2, 10), entry("a", 3, 60)];
    const second = applyFrame(first, { ...up, version: 5, entries: again }, 200);
    expect(second.moves.get("b")).toEqual({ places: -1, at_ms: 200 });
    expect(second.moves.get("c")).toEqual({ places: 2, at_ms: 200 });
    expect(second.reorders).toBe(2);
  });

  it("does not move where only scores change", () => {
    const next = applyFrame(
      board,
      { type: "changes", version: 4, total: 3, entries: [entry("b", 2, 150)] },
      10,
    );
    expect(next.reorders).toBe(0);
    expect(next.entries[1]?.score).toBe(150);
  });

  it("takes no frame that is older than what it shows", () => {
    const late = { type: "changes", version: 2, total: 3, entries: [entry("a", 1, 1)] } as const;
    expect(applyFrame(board, late, 10)).toBe(board);
  });
});

describe("silent days", () => {
  it("are those over without a report, never the current one", () => {
    const first = entry("a", 1, 0, { days_reported: 0, days_total: 1 });
    expect(silentSeconds(first, 14_400)).toBe(0);
    const second = entry("a", 1, 14_400 + 300, { coverage: 0, days_reported: 1, days_total: 2 });
    expect(silentSeconds(second, 14_400)).toBe(14_400);
    expect(usedSeconds(second, 14_400)).toBe(300);
    const fourth = entry("a", 1, 900, { coverage: 1 / 3, days_reported: 1, days_total: 4 });
    expect(silentSeconds(fourth, 100)).toBe(200);
  });
});
