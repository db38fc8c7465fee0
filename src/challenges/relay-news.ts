import type { BoardRefusal, ViewerSeat } from "./board-entry.ts";
import type { EditionCopy } from "./edition.ts";

/** Somebody's own entry, as JSON text (`null` for none). */
export type OwnEntry = { user_id: string; me: string };

/** What a board tells a relay of one change. */
export type RelayNews = {
  /** The version that it follows. */
  from: number;
  edition: EditionCopy;
  /** The frame of the change, but for the viewer's own entry. */
  shared: string;
  /** Own entries that differ from what the relay was told last. */
  mes: OwnEntry[];
};

/** Somebody on their way to a seat at a relay, and how many sockets they have there already. */
export type Newcomer = Pick<ViewerSeat, "user_id" | "session_id"> & { sockets: number };

/** What a relay asks its board: may these come in, and how does it stand. */
export type FollowQuestion = {
  challenge_id: string;
  relay: number;
  /** Sockets at the relay. */
  sockets: number;
  /** Everybody who sits there and with how many sockets, where all of it is asked for anew. */
  whole: { user_id: string; sockets: number }[] | null;
  /** Who sits there no more. */
  left: string[];
  newcomers: Newcomer[];
};

/** Why a newcomer gets no seat; `full`: the relay is, the board knows another place. */
export type FollowRefusal = BoardRefusal | "full";

/** What the board answers. */
export type FollowAnswer = {
  edition: EditionCopy;
  /** Of the whole, and of the newcomers. */
  mes: OwnEntry[];
  /** Why each newcomer is refused, in their order; null where they are not. */
  refusals: (FollowRefusal | null)[];
  /** Who of the whole may watch no longer, and whether that is because the board is gone. */
  out: string[];
  is_gone: boolean;
};

/** The name of a board's `n`th relay. */
export function relayName(challenge_id: string, n: number): string {
  return `${challenge_id}:${n}`;
}

/** The board and the number in a relay's name. Throws where it is none. */
export function readRelayName(name: string | undefined): { challenge_id: string; relay: number } {
  const [challenge_id, relay] = (name ?? "").split(":");
  if (!challenge_id || !relay) throw new RangeError("this relay has no board's name");
  return { challenge_id, relay: Number(relay) };
}
