import { eq } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { activities, challengeDays, dailyUsage } from "./usage.table.ts";

type Store = { readonly db: Db };

/** The tables that hold a person's usage, each deleted from by pages of `user_id`. */
const tables = [activities, dailyUsage, challengeDays] as const;
export type UsageTable = (typeof tables)[number];
export const usageTables: readonly UsageTable[] = tables;

/** Deletes at most `limit` of a person's rows of a table; gives how many. */
export async function deleteUsage(
  ctx: Store,
  table: UsageTable,
  user_id: string,
  limit: number,
): Promise<number> {
  const deleted = await ctx.db.delete(table).where(eq(table.user_id, user_id)).limit(limit);
  return deleted.rowsAffected;
}
