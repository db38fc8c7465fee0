import type { LogRow } from "./entry.ts";

/**
 * A row as it may be written down when `names` says by what each of its people goes: by their id; by
 * a pseudonym, or by none (missing), once they are deleted. What is personal goes with whom the row is
 * about, the place (IP address and agent) with who did it, or with the former where nobody is known to have.
 */
export function underNames(row: LogRow, names: ReadonlyMap<string, string>): LogRow {
  const { user_id, actor_id } = row;
  const isGone = (id: string | null) => id !== null && names.get(id) !== id;
  const named = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
  return {
    ...row,
    user_id: named(user_id),
    actor_id: named(actor_id),
    ...(isGone(actor_id ?? user_id) ? { ip: null, user_agent: null } : {}),
    personal: isGone(user_id) ? null : row.personal,
  };
}
