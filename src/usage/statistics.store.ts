import { and, asc, between, eq, gt, max, not, notInArray, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import type { Category } from "../catalogue/index.ts";
import type { DailyRow } from "./daily-rows.ts";
import type { AppSum } from "./statistics.ts";
import { dailyUsage } from "./usage.table.ts";

type Store = { readonly db: Db };

/** A user's counters of every day between two own dates, both included; devices are left out. */
export async function dailyBetween(
  ctx: Store,
  user_id: string,
  from: OwnDate,
  to: OwnDate,
): Promise<DailyRow[]> {
  const { date, scope, name, seconds, category, label } = dailyUsage;
  return await ctx.db
    .select({ date, scope, name, seconds, category, label })
    .from(dailyUsage)
    .where(and(eq(dailyUsage.user_id, user_id), between(date, from, to), not(eq(scope, "device"))))
    .orderBy(asc(date));
}

/** A user's sums by app over a span of own dates, without those days that are known better. */
export async function appSumsBetween(
  ctx: Store,
  user_id: string,
  from: OwnDate,
  to: OwnDate,
  but: readonly OwnDate[],
): Promise<AppSum[]> {
  const { date, scope, name, seconds, category, label } = dailyUsage;
  const rows = await ctx.db
    .select({
      app: name,
      name: max(label),
      category: max(category),
      // SUM and COUNT arrive as text.
      seconds: sql`sum(${seconds})`.mapWith(Number),
      days_used: sql`count(*)`.mapWith(Number),
    })
    .from(dailyUsage)
    .where(
      and(
        eq(dailyUsage.user_id, user_id),
        between(date, from, to),
        eq(scope, "app"),
        gt(seconds, 0),
        but.length === 0 ? undefined : notInArray(date, [...but]),
      ),
    )
    .groupBy(name);
  return rows.map((row) => ({ ...row, category: (row.category ?? "other") as Category }));
}

/** The own dates of a span on which anything was reported, also a day without usage. */
export async function reportedDates(
  ctx: Store,
  user_id: string,
  from: OwnDate,
  to: OwnDate,
): Promise<OwnDate[]> {
  const { date, scope } = dailyUsage;
  const rows = await ctx.db
    .select({ date })
    .from(dailyUsage)
    .where(and(eq(dailyUsage.user_id, user_id), between(date, from, to), eq(scope, "total")));
  return rows.map((row) => row.date);
}
