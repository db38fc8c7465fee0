import { and, desc, eq, gte, isNull, lt, lte, or, sql, type SQL } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import type { HistoryQuestion } from "./history.ts";
import type { HeldItem } from "./items.ts";
import { activities, challengeDays, dailyUsage } from "./usage.table.ts";

type Store = { readonly db: Db };

/** One absolute counter of a day. */
export type DailyRow = {
  date: OwnDate;
  scope: "total" | "category" | "app" | "device";
  name: string;
  seconds: number;
  category: string | null;
};

export type ActivityRow = typeof activities.$inferSelect;

/** Writes items to history; one that is there already stays as it is. */
export async function saveActivities(
  ctx: Store,
  user_id: string,
  items: readonly HeldItem[],
): Promise<void> {
  if (items.length === 0) return;
  await ctx.db
    .insert(activities)
    .values(items.map((item) => activityOf(user_id, item)))
    .onDuplicateKeyUpdate({
      set: { version: sql`greatest(${activities.version}, values(${activities.version}))` },
    });
}

/** An item of the ledger as history shows it. */
export function activityOf(user_id: string, item: HeldItem): ActivityRow {
  return {
    user_id,
    id: item.id,
    kind: "interval",
    app: item.app,
    client_app: item.client_app,
    app_name: item.app_name,
    category: item.category,
    device_id: item.device_id,
    date: item.date,
    started_at: item.started_s * SECOND_MS,
    ended_at: item.ended_s * SECOND_MS,
    seconds: item.ended_s - item.started_s,
    received_at: item.received_at,
    deleted_at: null,
    version: item.version,
  };
}

// MySQL assigns in order, and drizzle writes the table's order: `version`, which decides, stands last.
const newer = (column: SQL, current: SQL, version: SQL) =>
  sql`if(values(${version}) >= ${version}, values(${column}), ${current})`;

/** Writes absolute counters; a flush that comes late or twice never overwrites a later one. */
export async function saveDailyUsage(
  ctx: Store,
  user_id: string,
  version: number,
  rows: readonly DailyRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const { seconds, category } = dailyUsage;
  await ctx.db
    .insert(dailyUsage)
    .values(rows.map((row) => ({ ...row, user_id, version })))
    .onDuplicateKeyUpdate({
      set: {
        seconds: newer(sql`${seconds}`, sql`${seconds}`, sql`${dailyUsage.version}`),
        category: newer(sql`${category}`, sql`${category}`, sql`${dailyUsage.version}`),
        version: sql`greatest(${dailyUsage.version}, values(${dailyUsage.version}))`,
      },
    });
}

/** Writes the days of a user's challenges, under the same rule. */
export async function saveChallengeDays(
  ctx: Store,
  user_id: string,
  version: number,
  rows: readonly { challenge_id: string; date: OwnDate; seconds: number; reported: boolean }[],
): Promise<void> {
  if (rows.length === 0) return;
  const { seconds, reported } = challengeDays;
  await ctx.db
    .insert(challengeDays)
    .values(rows.map((row) => ({ ...row, user_id, version })))
    .onDuplicateKeyUpdate({
      set: {
        seconds: newer(sql`${seconds}`, sql`${seconds}`, sql`${challengeDays.version}`),
        reported: newer(sql`${reported}`, sql`${reported}`, sql`${challengeDays.version}`),
        version: sql`greatest(${challengeDays.version}, values(${challengeDays.version}))`,
      },
    });
}

/** A page of history as it stands in MySQL. */
export async function pageOfActivities(
  ctx: Store,
  user_id: string,
  { filter, after, limit }: HistoryQuestion,
): Promise<ActivityRow[]> {
  const a = activities;
  return await ctx.db
    .select()
    .from(a)
    .where(
      and(
        eq(a.user_id, user_id),
        isNull(a.deleted_at),
        filter.from === undefined ? undefined : gte(a.date, filter.from),
        filter.to === undefined ? undefined : lte(a.date, filter.to),
        filter.app === undefined
          ? undefined
          : or(eq(a.app, filter.app), eq(a.client_app, filter.app)),
        filter.category === undefined ? undefined : eq(a.category, filter.category),
        filter.device_id === undefined ? undefined : eq(a.device_id, filter.device_id),
        after === null
          ? undefined
          : or(
              lt(a.started_at, after.started_at),
              and(eq(a.started_at, after.started_at), lt(a.id, after.id)),
            ),
      ),
    )
    .orderBy(desc(a.started_at), desc(a.id))
    .limit(limit);
}
