import type { LogRow } from "./entry.ts";

/** Who is erased, by their id: the pseudonym that stands in its place, or null where none is known any more. */
export type Gone = ReadonlyMap<string, string | null>;

/** What stands within a text in the place of an id without a pseudonym. */
const ERASED = "erased";

/**
 * Takes people out of an act: their ids give way to their pseudonyms wherever they stand, what their
 * own acts tell of their place is emptied, and what acts on them tell of them. An act of somebody else
 * keeps that one's place. The same row again where none of them is in it.
 */
export function scrub(row: LogRow, gone: Gone): LogRow {
  const text = JSON.stringify(row);
  const met = [...gone].filter(([id]) => text.includes(id));
  if (met.length === 0) return row;
  // Nothing but a person's id can have the text of a UUID.
  const renamed = JSON.parse(
    met.reduce((left, [id, name]) => left.replaceAll(id, name ?? ERASED), text),
  ) as LogRow;
  const isGone = (id: string | null): id is string => id !== null && gone.has(id);
  const nameOf = (id: string | null) => (isGone(id) ? (gone.get(id) ?? null) : id);
  return {
    ...renamed,
    user_id: nameOf(row.user_id),
    actor_id: nameOf(row.actor_id),
    // Who was not known yet (a refused sign-in) acted as whom it is about.
    ...(isGone(row.actor_id ?? row.user_id) ? { ip: null, user_agent: null } : {}),
    personal: isGone(row.user_id) ? null : renamed.personal,
  };
}
