import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  inArray,
  like,
  lt,
  max,
  notLike,
  or,
  sql,
  type SQL,
} from "drizzle-orm";
import { sessions } from "../auth/auth.table.ts";
import type { Db } from "../platform/db/database.ts";
import { escapeLike } from "../platform/db/like.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { SearchKey, UserRow } from "../users/index.ts";
import { users, userSearch } from "../users/users.table.ts";
import { orderOf, type UserKey, type UserSort } from "./user-order.ts";

type Store = { readonly db: Db };

/** Keys that are sorted for a page at most. */
const MOST_SORTED = 1_000;

/** The index that holds the accounts in an order. The planner would rather sort them all anew. */
const INDEX_OF_ORDER = {
  created_at: "PRIMARY",
  email: "users_email",
  display_name: "users_name",
} as const;

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
  // The ids' own order is that of their accounts' creation, and an address is nobody else's.
  const behind = ({ value, id }: UserKey) =>
    ({
      created_at: beyond(users.id, id),
      email: beyond(users.email, value),
      display_name: or(
        beyond(users.display_name, value),
        and(eq(users.display_name, value), beyond(users.id, id)),
      ),
    })[by];
  const columns = {
    created_at: [users.id],
    email: [users.email],
    display_name: [users.display_name, users.id],
  }[by];
  return await ctx.db
    .select()
    .from(users, { forceIndex: indexOfFew(filter) ?? INDEX_OF_ORDER[by] })
    .where(and(after === null ? undefined : behind(after), fits(filter), isThere()))
    .orderBy(...columns.map((column) => directed(column)))
    .limit(limit);
}

/** The accounts of a page of those whose name or address holds what `key` says, in the order of their ids. */
export async function pageOfFound(
  ctx: Store,
  key: SearchKey,
  filter: UserFilter,
  page: UserPage,
): Promise<UserRow[]> {
  const isMany = await isOfMany(ctx, key);
  const few = isMany ? indexOfFew(filter) : null;
  const ids =
    few === null
      ? await foundByKeys(ctx, key, filter, page, isMany ? "PRIMARY" : "user_search_tail")
      : await foundAmongFew(ctx, key, filter, page, few);
  if (ids.length === 0) return [];
  const directed = orderOf(page.sort).is_descending ? desc : asc;
  return await ctx.db
    .select()
    .from(users)
    .where(inArray(users.id, ids))
    .orderBy(directed(users.id));
}

/**
 * Goes through a head's keys in the order of their accounts where many have what is searched for: the
 * page is soon full. Where few have it, these are sorted.
 */
async function foundByKeys(
  ctx: Store,
  key: SearchKey,
  filter: UserFilter,
  { sort, after, limit }: UserPage,
  forceIndex: "PRIMARY" | "user_search_tail",
): Promise<string[]> {
  const { is_descending } = orderOf(sort);
  const wanted = fits(filter);
  // Asked for each key that fits, in their order: no plan can begin with all the accounts instead.
  const isWanted =
    wanted &&
    sql`${ctx.db
      .select({ wanted: sql`${wanted}`.as("wanted") })
      .from(users)
      .where(eq(users.id, userSearch.user_id))}`;
  const found = await ctx.db
    .select({ id: userSearch.user_id })
    .from(userSearch, { forceIndex })
    .where(
      and(
        begins(key),
        after === null ? undefined : (is_descending ? lt : gt)(userSearch.user_id, after.id),
        isWanted,
      ),
    )
    // The same letters may stand at several places of a name.
    .groupBy(userSearch.user_id)
    .orderBy((is_descending ? desc : asc)(userSearch.user_id))
    .limit(limit);
  return found.map(({ id }) => id);
}

/** Whether so many keys begin with what is searched for that they are better not sorted. */
async function isOfMany(ctx: Store, key: SearchKey): Promise<boolean> {
  // Every key of the head begins so.
  if (key.tail === "") return true;
  const rows = await ctx.db
    .select({ id: userSearch.user_id })
    .from(userSearch, { forceIndex: "user_search_tail" })
    .where(begins(key))
    .limit(1)
    .offset(MOST_SORTED);
  return rows.length > 0;
}

/** Where many have the key, goes through the few accounts that fit, and asks of each whether it has the key. */
async function foundAmongFew(
  ctx: Store,
  key: SearchKey,
  filter: UserFilter,
  { sort, after, limit }: UserPage,
  forceIndex: string,
): Promise<string[]> {
  const { is_descending } = orderOf(sort);
  const keys = ctx.db
    .select({ keys: count() })
    .from(userSearch, { forceIndex: "PRIMARY" })
    .where(and(begins(key), eq(userSearch.user_id, users.id)));
  const found = await ctx.db
    .select({ id: users.id })
    .from(users, { forceIndex })
    .where(
      and(
        fits(filter),
        after === null ? undefined : (is_descending ? lt : gt)(users.id, after.id),
        sql`${keys} > 0`,
      ),
    )
    .orderBy((is_descending ? desc : asc)(users.id))
    .limit(limit);
  return found.map(({ id }) => id);
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

/** The index of the accounts that fit, where they are few among all: administrators, and those switched off. */
function indexOfFew({ role, is_active }: UserFilter): string | null {
  if (role === "admin") return "users_role";
  return is_active === false ? "users_active" : null;
}

function fits({ role, is_active }: UserFilter): SQL | undefined {
  return and(
    role === undefined ? undefined : eq(users.role, role),
    is_active === undefined ? undefined : eq(users.is_active, is_active),
  );
}

function begins({ head, tail }: SearchKey): SQL | undefined {
  return and(
    eq(userSearch.head, head),
    tail === "" ? undefined : like(userSearch.tail, `${escapeLike(tail)}%`),
  );
}

/** Accounts that were deleted are nobody's any more while their traces are being erased; keys they have none. */
function isThere(): SQL {
  return notLike(users.email, "erased/%");
}
