import { asc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { isErased } from "./erased-account.ts";
import { SEARCH_VERSION, searchKeysOf } from "./search-keys.ts";
import { users, userSearch } from "./users.table.ts";

type Store = { readonly db: Db };
type Named = { id: string; display_name: string; email: string };

const KEYS_A_STATEMENT = 1_000;

/** Adds the keys by which these accounts are found; in the transaction that gives them their names. */
export async function insertSearchKeys(ctx: Store, people: readonly Named[]): Promise<void> {
  const rows = people
    .filter((user) => !isErased(user))
    .flatMap((user) => searchKeysOf(user).map((key) => ({ ...key, user_id: user.id })));
  for (let from = 0; from < rows.length; from += KEYS_A_STATEMENT) {
    await ctx.db
      .insert(userSearch)
      .values(rows.slice(from, from + KEYS_A_STATEMENT))
      .onDuplicateKeyUpdate({ set: { head: sql`${userSearch.head}` } });
  }
}

/**
 * Makes the keys of these accounts anew from what they are called now, and holds the accounts
 * meanwhile; in the caller's transaction. An account that was deleted is left without any.
 */
export async function rewriteSearchKeys(ctx: Store, ids: readonly string[]): Promise<void> {
  const { id, display_name, email } = users;
  const people = await ctx.db
    .select({ id, display_name, email })
    .from(users)
    .where(inArray(id, [...ids]))
    .orderBy(asc(id))
    .for("update");
  await ctx.db.delete(userSearch).where(inArray(userSearch.user_id, [...ids]));
  await insertSearchKeys(ctx, people);
}

/** Notes that these accounts have keys of the newest rules. */
export async function markKeyed(ctx: Store, ids: readonly string[]): Promise<void> {
  await ctx.db
    .update(users)
    .set({ search_version: SEARCH_VERSION })
    .where(inArray(users.id, [...ids]));
}

/** Deletes a person's keys. */
export async function deleteSearchKeys(ctx: Store, user_id: string): Promise<void> {
  await ctx.db.delete(userSearch).where(eq(userSearch.user_id, user_id));
}

/** Some accounts without keys, or with those of older rules. */
export async function unkeyedUsers(ctx: Store, limit: number): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(lt(users.search_version, SEARCH_VERSION))
    .orderBy(asc(users.search_version), asc(users.id))
    .limit(limit);
  return rows.map((row) => row.id);
}
