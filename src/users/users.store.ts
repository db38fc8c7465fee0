import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { SEARCH_VERSION } from "./search-keys.ts";
import { insertSearchKeys, rewriteSearchKeys } from "./search.store.ts";
import { userDayRules, users } from "./users.table.ts";

/** An account; by which rules it is searched for is the store's own affair. */
export type UserRow = Omit<typeof users.$inferSelect, "search_version">;
type Store = { readonly db: Db };
type Fixed = "id" | "version" | "created_at" | "updated_at";
/** A field that is undefined keeps its value. */
type Changes = { [Field in Exclude<keyof UserRow, Fixed>]?: UserRow[Field] | undefined };

/** Finds an account by its address in lower case. */
export async function findUserByEmail(ctx: Store, email: string): Promise<UserRow | null> {
  const rows = await ctx.db.select().from(users).where(eq(users.email, email));
  return rows[0] ?? null;
}

/** The same, and holds the row until the transaction ends: what is decided on it happens one by one. */
export async function lockUserByEmail(ctx: Store, email: string): Promise<UserRow | null> {
  const rows = await ctx.db.select().from(users).where(eq(users.email, email)).for("update");
  return rows[0] ?? null;
}

/** Finds an account by its id and holds the row until the transaction ends. */
export async function lockUser(ctx: Store, user_id: string): Promise<UserRow | null> {
  const rows = await ctx.db.select().from(users).where(eq(users.id, user_id)).for("update");
  return rows[0] ?? null;
}

/** Finds an account by its id. */
export async function findUser(ctx: Store, user_id: string): Promise<UserRow | null> {
  const rows = await ctx.db.select().from(users).where(eq(users.id, user_id));
  return rows[0] ?? null;
}

/**
 * Adds an account if its address is not taken, and holds the row of whoever has the address. Gives
 * that row, and whether it is the new one. Writing first and reading after takes no lock on the gap
 * where the address is not, so registrations at once do not wait for each other.
 */
export async function insertOrLockUser(
  ctx: Store,
  row: UserRow,
): Promise<{ user: UserRow; is_new: boolean }> {
  await ctx.db
    .insert(users)
    .values({ ...row, search_version: SEARCH_VERSION })
    .onDuplicateKeyUpdate({ set: { email: sql`${users.email}` } });
  const user = (await lockUserByEmail(ctx, row.email)) ?? row;
  const is_new = user.id === row.id;
  if (is_new) {
    await insertDayRule(ctx, row.id, row.created_at, row);
    await insertSearchKeys(ctx, [row]);
  }
  return { user, is_new };
}

/** Notes that a zone and day start hold from `since` on; saying it twice changes nothing. */
export async function insertDayRule(
  ctx: Store,
  user_id: string,
  since: Instant,
  rule: { timezone: string; day_start_minute: number },
): Promise<void> {
  const { timezone, day_start_minute } = rule;
  await ctx.db
    .insert(userDayRules)
    .values({ user_id, since, timezone, day_start_minute })
    .onDuplicateKeyUpdate({ set: { timezone, day_start_minute } });
}

/** A person's day rules, oldest first. */
export async function dayRulesOf(ctx: Store, user_id: string) {
  const { since, timezone, day_start_minute } = userDayRules;
  return await ctx.db
    .select({ since, timezone, day_start_minute })
    .from(userDayRules)
    .where(eq(userDayRules.user_id, user_id))
    .orderBy(asc(since));
}

/** Changes an account and moves its version; another name or address is found from then on. */
export async function updateUser(
  ctx: Store,
  user_id: string,
  now: Instant,
  changes: Changes,
): Promise<void> {
  const isFoundOtherwise = changes.display_name !== undefined || changes.email !== undefined;
  await ctx.db
    .update(users)
    .set({
      ...changes,
      ...(isFoundOtherwise ? { search_version: SEARCH_VERSION } : {}),
      updated_at: now,
      version: sql`${users.version} + 1`,
    })
    .where(eq(users.id, user_id));
  if (isFoundOtherwise) await rewriteSearchKeys(ctx, [user_id]);
}

/** Replaces a password hash only if it is still the one that was verified; says whether it was. */
export async function replacePasswordHash(
  ctx: Store,
  user_id: string,
  from: string,
  to: string,
): Promise<boolean> {
  const result = await ctx.db
    .update(users)
    .set({ password_hash: to })
    .where(and(eq(users.id, user_id), eq(users.password_hash, from)));
  return result.rowsAffected > 0;
}

/** The accounts of these ids, in no order. */
export async function usersByIds(ctx: Store, ids: readonly string[]): Promise<UserRow[]> {
  if (ids.length === 0) return [];
  return await ctx.db
    .select()
    .from(users)
    .where(inArray(users.id, [...ids]));
}
