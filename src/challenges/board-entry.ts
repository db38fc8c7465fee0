import type { OwnDate } from "../platform/time/dates.ts";
import type { Status } from "./lifecycle.ts";

/** A participant as boards show them. */
export type BoardUser = { id: string; display_name: string; avatar_url: string | null };

/** A line of a board. */
export type Entry = {
  rank: number;
  user: BoardUser;
  score: number;
  /** The share of the days over that were reported, 0 to 1. */
  coverage: number;
  days_reported: number;
  days_total: number;
};

/** What a user's object tells a board: absolute days under a version that rises with every report of theirs. */
export type Report = {
  challenge_id: string;
  user_id: string;
  display_name: string;
  avatar_url: string | null;
  version: number;
  days: { date: OwnDate; seconds: number; reported: boolean }[];
};

/**
 * How a board took a report. `unknown`: no such challenge, no part in it, or it is over, so there is
 * nothing to tell any more. `unavailable`: the board could not be filled; tell it again later.
 */
export type ReportAnswer = "ok" | "unknown" | "unavailable";

/**
 * What became of an erased person's place: `kept` under their pseudonym on a board whose scores move
 * no more, or `gone`. `unavailable`: the board could not be filled; ask again later.
 */
export type ErasedPlace = "kept" | "gone" | "unavailable";

/** Which part of a board is asked for. */
export type BoardQuestion = {
  challenge_id: string;
  viewer_id: string;
  limit: number;
  /** Begins behind this place; from the top for null. */
  after: { score: number; id: string } | null;
  /** The viewer's neighbourhood instead, where they take part. */
  around_me: boolean;
};

/** A part of a board as it stands. */
export type BoardPage = {
  status: Status;
  version: number;
  total: number;
  entries: Entry[];
  me: Entry | null;
  /** The place behind which the next page begins; null at the end. */
  next: { score: number; id: string } | null;
};

/** Why a board turned somebody away. */
export type BoardRefusal = "not_found" | "unavailable" | "too_many_sockets" | "session_ended";

/** Where a viewer ends up: the client's end of their socket, the board's relay that has room, or why nowhere. */
export type Seating = WebSocket | { relay: number } | BoardRefusal;

/** Who wants a socket. `expires_at` (UTC ms) is the end of their access token. */
export type ViewerSeat = { user_id: string; session_id: string; expires_at: number };

/** How many entries of the top a viewer follows. */
export const TOP = 50;
