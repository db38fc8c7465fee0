import type { Facts, LogRow } from "./entry.ts";

/** What stands where an id stood of somebody of whom not even a pseudonym is known any more. */
const ERASED = "erased";

/**
 * A row as it may be written down when `names` says by what each of its people goes: by their id; by
 * a pseudonym, or by none (missing), once they are deleted. What is personal goes with whom the row is
 * about, the place (IP address and agent) with who did it, or with the former where nobody is known to have.
 */
export function underNames(row: LogRow, names: ReadonlyMap<string, string>): LogRow {
  const { user_id, actor_id } = row;
  const isGone = (id: string | null): id is string => id !== null && names.get(id) !== id;
  const named = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
  let [request_id, context] = [row.request_id, JSON.stringify(row.context)];
  for (const id of [user_id, actor_id].filter(isGone)) {
    request_id = request_id?.replaceAll(id, named(id) ?? ERASED) ?? null;
    context = context.replaceAll(id, named(id) ?? ERASED);
  }
  return {
    ...row,
    user_id: named(user_id),
    actor_id: named(actor_id),
    ...(isGone(actor_id ?? user_id) ? { ip: null, user_agent: null } : {}),
    request_id,
    context: JSON.parse(context) as Facts,
    personal: isGone(user_id) ? null : row.personal,
  };
}
