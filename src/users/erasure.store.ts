import { and, asc, eq, gt, lt } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { erasures, userDayRules, users } from "./users.table.ts";

type Store = { readonly db: Db };
export type ErasureRow = typeof erasures.$inferSelect;

/** Notes that an account is to be erased. */
export async function insertErasure(ctx: Store, row: ErasureRow): Promise<void> {
  await ctx.db.insert(erasures).values(row);
}

/** The erasure of an account that is not complete yet; null where there is none. */
export async function findErasure(ctx: Store, user_id: string): Promise<ErasureRow | null> {
  const rows = await ctx.db.select().from(erasures).where(eq(erasures.user_id, user_id));
  return rows[0] ?? null;
}

/** The accounts whose erasure began before `before` and is not complete, by id, after the given one. */
export async function pageOfErasures(
  ctx: Store,
  before: Instant,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await ctx.db
    .select({ user_id: erasures.user_id })
    .from(erasures)
    .where(and(gt(erasures.user_id, after), lt(erasures.started_at, before)))
    .orderBy(asc(erasures.user_id))
    .limit(limit);
  return rows.map((row) => row.user_id);
}

/** Takes an erasure off the list: nothing is left to do. */
export async function deleteErasure(ctx: Store, user_id: string): Promise<void> {
  await ctx.db.delete(erasures).where(eq(erasures.user_id, user_id));
}

/** Deletes an account's row. */
export async function deleteUser(ctx: Store, user_id: string): Promise<void> {
  await ctx.db.delete(users).where(eq(users.id, user_id));
}

/** Deletes at most `limit` of a person's day rules; gives how many. */
export async function deleteDayRules(ctx: Store, user_id: string, limit: number): Promise<number> {
  const deleted = await ctx.db
    .delete(userDayRules)
    .where(eq(userDayRules.user_id, user_id))
    .limit(limit);
  return deleted.rowsAffected;
}
