import type { Board } from "./board.ts";
import type { Person } from "./cast.ts";
import type { BeatKind } from "./beat.ts";
import type { Tally } from "./tally.ts";

/** Something that happened, in plain words, and when (ms since the show began). */
export type Happening = { kind: BeatKind; text: string; at_ms: number };

/** All that there is to see at one moment of the show. */
export type Scene = {
  challenge: string;
  board: Board;
  /** Whether the board shows all that has been answered. */
  isUpToDate: boolean;
  /** Everybody by user id. */
  people: ReadonlyMap<string, Person>;
  missing_day_seconds: number;
  happenings: readonly Happening[];
  tally: Tally;
  /** From an answer to the viewer's frame, in ms. */
  delay: { last: number | null; p95: number | null };
  /** UTC ms. */
  now: number;
  elapsed_ms: number;
  /** 0 without pauses. */
  total_ms: number;
  seed: number;
};
