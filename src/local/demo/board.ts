/** A line of a board as the API sends it. */
export type Entry = {
  rank: number;
  user: { id: string; display_name: string };
  score: number;
  coverage: number;
  days_reported: number;
  days_total: number;
};

/** A frame of a board's live socket that says how it stands. */
export type Frame = {
  type: "snapshot" | "changes" | "final";
  version: number;
  status?: string | undefined;
  total: number;
  entries: readonly Entry[];
};

/** By how many places somebody moved, up for a positive number, and when (ms since the show began). */
export type Move = { places: number; at_ms: number };

/** A board as its viewer sees it. */
export type Board = {
  version: number;
  status: string;
  entries: readonly Entry[];
  moves: ReadonlyMap<string, Move>;
  /** How often the order has changed. */
  reorders: number;
};

export const EMPTY_BOARD: Board = {
  version: 0,
  status: "",
  entries: [],
  moves: new Map(),
  reorders: 0,
};

/**
 * The board after a frame that came at `at_ms`. A snapshot replaces all lines, changes are merged by
 * user and sorted by rank and user id (API.md, "Sockets"). A frame older than the board changes nothing.
 */
export function applyFrame(board: Board, frame: Frame, at_ms: number): Board {
  if (frame.version < board.version) return board;
  const lines = new Map<string, Entry>();
  if (frame.type === "changes") for (const entry of board.entries) lines.set(entry.user.id, entry);
  for (const entry of frame.entries) lines.set(entry.user.id, entry);
  const entries = [...lines.values()].sort(
    (a, b) => a.rank - b.rank || (a.user.id < b.user.id ? -1 : 1),
  );
  const before = new Map(board.entries.map((entry, place) => [entry.user.id, place]));
  const moved = entries.flatMap((entry, place) => {
    const places = (before.get(entry.user.id) ?? place) - place;
    return places === 0 ? [] : [[entry.user.id, { places, at_ms }] as const];
  });
  return {
    version: frame.version,
    status: frame.status ?? board.status,
    entries,
    moves: new Map([...board.moves, ...moved]),
    reorders: board.reorders + (moved.length > 0 ? 1 : 0),
  };
}

/** What of a score comes from days over without a report. The current day is never one of them. */
export function silentSeconds(entry: Entry, missing_day_seconds: number): number {
  const over = Math.max(0, entry.days_total - 1);
  return Math.round((1 - entry.coverage) * over) * missing_day_seconds;
}

/** What of a score was really used. */
export function usedSeconds(entry: Entry, missing_day_seconds: number): number {
  return entry.score - silentSeconds(entry, missing_day_seconds);
}
