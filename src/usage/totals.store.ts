import { and, between, eq, inArray } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import { dailyUsage } from "./usage.table.ts";

/** The total seconds of each day these users reported between two own dates, both included, in no order. */
export async function totalsBetween(
  ctx: { readonly db: Db },
  user_ids: readonly string[],
  from: OwnDate,
  to: OwnDate,
): Promise<{ user_id: string; date: OwnDate; seconds: number }[]> {
  if (user_ids.length === 0) return [];
  const { user_id, date, seconds, scope } = dailyUsage;
  return await ctx.db
    .select({ user_id, date, seconds })
    .from(dailyUsage)
    .where(and(inArray(user_id, [...user_ids]), between(date, from, to), eq(scope, "total")));
}
