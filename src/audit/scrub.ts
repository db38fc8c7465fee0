import type { LogRow } from "./entry.ts";

/** Somebody who is erased, and what stands in the place of their id. */
export type Erased = { user_id: string; pseudonym: string };

/**
 * Takes a person out of an act: their id gives way to the pseudonym wherever it stands, what their
 * own act tells of their place is emptied, and what an act on them tells of the person. An act of
 * somebody else keeps that one's place. The same row again where the person is not in it.
 */
export function scrub(row: LogRow, { user_id, pseudonym }: Erased): LogRow {
  const text = JSON.stringify(row);
  if (!text.includes(user_id)) return row;
  // Nothing but the person's id can have the text of a UUID.
  const renamed = JSON.parse(text.replaceAll(user_id, pseudonym)) as LogRow;
  // Who was not known yet (a refused sign-in) acted as whom it is about.
  const isOwnAct = (row.actor_id ?? row.user_id) === user_id;
  return {
    ...renamed,
    ...(isOwnAct ? { ip: null, user_agent: null } : {}),
    personal: row.user_id === user_id ? null : renamed.personal,
  };
}
