import type { Entry } from "./board-entry.ts";
import type { Status } from "./lifecycle.ts";

/** What every viewer sees of a board at one version: the top, each entry by its user's id as JSON text. */
export type Edition = {
  version: number;
  status: Status;
  total: number;
  /** In the board's order. */
  entries: ReadonlyMap<string, string>;
};

/**
 * A frame but for the viewer's own entry: takes that as JSON text (`null` for none), gives the frame.
 * `shared` is all that stands before that entry; `frameOf` makes the frame of it again.
 */
export type Frame = ((me: string) => string) & { readonly shared: string };

/** An edition as it travels from a board to its relays. */
export type EditionCopy = Omit<Edition, "entries"> & {
  entries: { user_id: string; entry: string }[];
};

/** No frame of changes is larger, in bytes. */
const MAX_FRAME_BYTES = 16 * 1024;
/** What a viewer's own entry can add to it: a name of 50 code points and the address of an avatar. */
const ME_BYTES = 1024;

/** Sets the top of a board for its viewers. */
export function editionOf(
  version: number,
  status: Status,
  total: number,
  top: readonly Entry[],
): Edition {
  const entries = new Map(top.map((entry) => [entry.user.id, JSON.stringify(entry)]));
  return { version, status, total, entries };
}

/** The whole of an edition. */
export function snapshotFrame(edition: Edition, type: "snapshot" | "final" = "snapshot"): Frame {
  const { version, status, total, entries } = edition;
  return frame({ type, version, status, total }, [...entries.values()]);
}

/**
 * What has changed from one edition to a later one. A client merges the entries by user, sorts by
 * rank and user id, keeps 50 and has the later edition. Takes `standing`, which gives the entry of
 * somebody who fell out of the top. Null where it cannot be told so: somebody left the board, or
 * it would be too large.
 */
export function changesFrame(
  from: Edition,
  to: Edition,
  standing: (user_id: string) => string | null,
): Frame | null {
  const changed: string[] = [];
  for (const [user_id, entry] of to.entries) {
    if (from.entries.get(user_id) !== entry) changed.push(entry);
  }
  for (const user_id of from.entries.keys()) {
    if (to.entries.has(user_id)) continue;
    const entry = standing(user_id);
    if (entry === null) return null;
    changed.push(entry);
  }
  const status = from.status === to.status ? {} : { status: to.status };
  const told = frame({ type: "changes", version: to.version, ...status, total: to.total }, changed);
  const bytes = new TextEncoder().encode(told("null")).length;
  return bytes > MAX_FRAME_BYTES - ME_BYTES ? null : told;
}

/** Nothing has changed since the viewer's version. */
export function unchangedFrame(edition: Edition): Frame {
  return frame({ type: "changes", version: edition.version, total: edition.total }, []);
}

/** The edition as it travels. */
export function copyOf({ entries, ...head }: Edition): EditionCopy {
  return { ...head, entries: [...entries].map(([user_id, entry]) => ({ user_id, entry })) };
}

/** The edition that has travelled. */
export function editionFrom({ entries, ...head }: EditionCopy): Edition {
  return { ...head, entries: new Map(entries.map(({ user_id, entry }) => [user_id, entry])) };
}

/** The frame of its `shared` part. */
export function frameOf(shared: string): Frame {
  // Most viewers take no part: their frame is made once and shared.
  const forNobody = `${shared}null}`;
  return Object.assign((me: string) => (me === "null" ? forNobody : `${shared}${me}}`), { shared });
}

function frame(head: object, entries: readonly string[]): Frame {
  return frameOf(`${JSON.stringify(head).slice(0, -1)},"entries":[${entries.join(",")}],"me":`);
}
