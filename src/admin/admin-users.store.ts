import { and, asc, desc, eq, gt, inArray, like, lt, max, notLike, or, sql } from "drizzle-orm";
import { sessions } from "../auth/auth.table.ts";
import type { Db } from "../platform/db/database.ts";
import { escapeLike } from "../platform/db/like.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { SearchKey, UserRow } from "../users/index.ts";
import { users, userSearch } from "../users/users.table.ts";
import { orderOf, type UserKey, type UserSort } from "./user-order.ts";

type Store = { readonly db: Db };

/** Which accounts are asked for; what is left out does not matter. */
export type UserFilter = {
  role?: UserRow["role"] | undefined;
  is_active?: boolean | undefined;
};

/** What a page is: its order, the place behind which it begins, and how many it holds. */
export type UserPage = { sort: UserSort; after: UserKey | null; limit: number };

/** The accounts of a page. */
export async function pageOfUsers(
  ctx: Store,
  filter: UserFilter,
  { sort, after, limit }: UserPage,
): Promise<UserRow[]> {
  const { by, is_descending } = orderOf(sort);
  const beyond = is_descending ? lt : gt;
  const directed = is_descending ? desc : asc;
  // The ids' own order is that of their accounts' creation.
  const columns = by === "created_at" ? [users.id] : [users[by], users.id];
  const behind = (key: UserKey) =>
    by === "created_at"
      ? beyond(users.id, key.id)
      : or(beyond(users[by], key.value), and(eq(users[by], key.value), beyond(users.id, key.id)));
  return await ctx.db
    .select()
    .from(users)
    .where(and(after === null ? undefined : behind(after), fits(filter), isThere()))
    .orderBy(...columns.map((column) => directed(column)))
    .limit(limit);
}

/** The accounts of a page of those whose name or address holds what `key` says, in the order of their ids. */
export async function pageOfFound(
  ctx: Store,
  key: SearchKey,
  filter: UserFilter,
  { sort, after, limit }: UserPage,
): Promise<UserRow[]> {
  const { is_descending } = orderOf(sort);
  const beyond = is_descending ? lt : gt;
  const directed = is_descending ? desc : asc;
  const found = await ctx.db
    .select({ id: userSearch.user_id })
    .from(userSearch)
    .innerJoin(users, eq(users.id, userSearch.user_id))
    .where(
      and(
        eq(userSearch.head, key.head),
        key.tail === "" ? undefined : like(userSearch.tail, `${escapeLike(key.tail)}%`),
        after === null ? undefined : beyond(userSearch.user_id, after.id),
        fits(filter),
        isThere(),
      ),
    )
    // The same letters may stand at several places of a name.
    .groupBy(userSearch.user_id)
    .orderBy(directed(userSearch.user_id))
    .limit(limit);
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  return await ctx.db
    .select()
    .from(users)
    .where(inArray(users.id, ids))
    .orderBy(directed(users.id));
}

/** How many of somebody's sessions live at `now`, and when any of those that are remembered was last used. */
export async function sessionFacts(
  ctx: Store,
  user_id: string,
  now: Instant,
): Promise<{ live: number; last_seen_at: Instant | null }> {
  const { ended_at, expires_at, last_seen_at } = sessions;
  const rows = await ctx.db
    .select({
      live: sql<string | null>`sum(${ended_at} is null and ${gt(expires_at, now)})`,
      last_seen_at: max(last_seen_at),
    })
    .from(sessions)
    .where(eq(sessions.user_id, user_id));
  return { live: Number(rows[0]?.live ?? 0), last_seen_at: rows[0]?.last_seen_at ?? null };
}

function fits({ role, is_active }: UserFilter) {
  return and(
    role === undefined ? undefined : eq(users.role, role),
    is_active === undefined ? undefined : eq(users.is_active, is_active),
  );
}

/** Accounts that were deleted are nobody's any more while their traces are being erased. */
function isThere() {
  return notLike(users.email, "erased/%");
}
