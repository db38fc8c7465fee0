import type { Instant } from "../platform/time/instant.ts";
import { ACTIONS, isAction, type Action, type Level } from "./actions.ts";
import { firstIdAt } from "../platform/time/id-instant.ts";
import { searchOf } from "./search.ts";

/** What an administrator asks of the log. */
export type Filters = {
  level?: Level | undefined;
  action?: Action | undefined;
  /** As subject or actor. */
  user_id?: string | undefined;
  /** Both included. */
  from?: Instant | undefined;
  to?: Instant | undefined;
  q?: string | undefined;
};

/** Columns that an index begins with; each index goes on with the id, the order of time. */
export type Key = "level" | "action" | "user_id" | "actor_id" | "ip" | "request_id";
/** A stretch of one index; `null` is the primary key. `but`: rows that another range has. */
export type Range = { by: { key: Key; value: string } | null; but: { key: Key; value: string }[] };

/** How a page of the log is found: ranges that no row is in twice, and what else holds for each row. */
export type Plan = {
  ranges: Range[];
  rest: { level?: Level; actions?: Action[]; user_id?: string };
  /** Ids from the first on, up to but without the second. */
  from_id?: string;
  to_id?: string;
};

/**
 * Turns filters into ranges of indexes, the one that lies narrowest first asked: a request, an
 * address, a person, an action, a level, the time. No range at all where nothing can be found.
 */
export function planOf(filters: Filters): Plan {
  const { level, user_id, from, to, q } = filters;
  const search = q === undefined ? null : searchOf(q);
  const actions = actionsOf(filters, search?.kind === "actions" ? search.actions : null);
  const within = {
    ...(from === undefined ? {} : { from_id: firstIdAt(from) }),
    ...(to === undefined ? {} : { to_id: firstIdAt(to + 1) }),
  };
  const all = {
    ...(level === undefined ? {} : { level }),
    ...(actions === null ? {} : { actions }),
    ...(user_id === undefined ? {} : { user_id }),
  };
  if (search?.kind === "nothing" || actions?.length === 0)
    return { ranges: [], rest: all, ...within };
  if (search?.kind === "id")
    return { ranges: either(search.id, "user_id", "actor_id", "request_id"), rest: all, ...within };
  if (search?.kind === "ip") return { ranges: either(search.ip, "ip"), rest: all, ...within };
  if (search?.kind === "request")
    return { ranges: either(search.request_id, "request_id"), rest: all, ...within };
  const { user_id: _person, ...butPerson } = all;
  if (user_id !== undefined)
    return { ranges: either(user_id, "user_id", "actor_id"), rest: butPerson, ...within };
  // Their level was held to the filter's already.
  if (actions !== null)
    return { ranges: actions.flatMap((action) => either(action, "action")), rest: {}, ...within };
  if (level !== undefined) return { ranges: either(level, "level"), rest: {}, ...within };
  return { ranges: [{ by: null, but: [] }], rest: {}, ...within };
}

/** The rows that have a value in any of these columns, each in one range. */
function either(value: string, ...keys: Key[]): Range[] {
  return keys.map((key, n) => ({
    by: { key, value },
    but: keys.slice(0, n).map((earlier) => ({ key: earlier, value })),
  }));
}

/** The actions that may be found; null for any. An action has one level, for good. */
function actionsOf({ action, level }: Filters, searched: Action[] | null): Action[] | null {
  if (action === undefined && searched === null) return null;
  const named = action === undefined ? (searched ?? []) : [action];
  return named.filter(
    (one) =>
      isAction(one) &&
      (searched === null || searched.includes(one)) &&
      (level === undefined || ACTIONS[one] === level),
  );
}
