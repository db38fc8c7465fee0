import { and, desc, eq, gte, isNull, lt, lte, or, sql, type SQL } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { addDays, toEpochDay, type OwnDate } from "../platform/time/dates.ts";
import { DAY_MS, SECOND_MS, type Instant } from "../platform/time/instant.ts";
import type { DailyRow } from "./daily-rows.ts";
import type { HistoryQuestion } from "./history.ts";
import type { HeldItem } from "./items.ts";
import { activities, challengeDays, dailyUsage } from "./usage.table.ts";

type Store = { readonly db: Db };

export type ActivityRow = typeof activities.$inferSelect;

// MySQL assigns in order, and drizzle writes the table's order: `version`, which decides, stands last.
const newer = (column: SQL, version: SQL) =>
  sql`if(values(${version}) >= ${version}, values(${column}), ${column})`;

/** Writes items to history; one that is there already is overwritten by a newer version only. */
export async function saveActivities(
  ctx: Store,
  user_id: string,
  items: readonly HeldItem[],
): Promise<void> {
  if (items.length === 0) return;
  const { version } = activities;
  // Of an interval only its deletion ever changes; a total grows.
  const changing = [
    "kind",
    "app_name",
    "category",
    "seconds",
    "received_at",
    "deleted_at",
  ] as const;
  const set = Object.fromEntries(
    changing.map((name) => [name, newer(sql`${activities[name]}`, sql`${version}`)]),
  );
  await ctx.db
    .insert(activities)
    .values(items.map((item) => activityOf(user_id, item)))
    .onDuplicateKeyUpdate({
      set: { ...set, version: sql`greatest(${version}, values(${version}))` },
    });
}

/** An item of the ledger as history shows it. */
export function activityOf(user_id: string, item: HeldItem): ActivityRow {
  return {
    user_id,
    id: item.id,
    kind: item.kind,
    app: item.app,
    client_app: item.client_app,
    app_name: item.app_name,
    category: item.category,
    device_id: item.device_id,
    date: item.date,
    started_at: item.started_s * SECOND_MS,
    ended_at: item.ended_s * SECOND_MS,
    seconds: item.seconds,
    received_at: item.received_at,
    deleted_at: item.deleted_at,
    version: item.version,
  };
}

/** A row of history as the item it was. */
export function heldOf(row: ActivityRow): HeldItem {
  const { user_id: _owner, started_at, ended_at, category, seconds, ...rest } = row;
  return {
    ...rest,
    category: category as HeldItem["category"],
    started_s: Math.floor(started_at / SECOND_MS),
    ended_s: Math.floor(ended_at / SECOND_MS),
    seconds,
    counted_seconds: seconds,
  };
}

/** Finds an item of a user's and holds it until the transaction ends. */
export async function lockActivity(
  ctx: Store,
  user_id: string,
  id: string,
): Promise<ActivityRow | null> {
  const rows = await ctx.db
    .select()
    .from(activities)
    .where(and(eq(activities.user_id, user_id), eq(activities.id, id)))
    .for("update");
  return rows[0] ?? null;
}

/** Those of a user's items that start in [from, to) and are not deleted, held until the transaction ends. */
export async function lockActivities(
  ctx: Store,
  user_id: string,
  from: Instant,
  to: Instant,
): Promise<ActivityRow[]> {
  const a = activities;
  return await ctx.db
    .select()
    .from(a)
    .where(
      and(
        eq(a.user_id, user_id),
        gte(a.started_at, from),
        lt(a.started_at, to),
        isNull(a.deleted_at),
      ),
    )
    .for("update");
}

/** Marks an item as deleted. */
export async function markDeleted(
  ctx: Store,
  user_id: string,
  id: string,
  now: Instant,
): Promise<void> {
  await ctx.db
    .update(activities)
    .set({ deleted_at: now })
    .where(and(eq(activities.user_id, user_id), eq(activities.id, id)));
}

/** Writes counters whatever version stands there: for days that the user's object has let go of. */
export async function overwriteDailyUsage(
  ctx: Store,
  user_id: string,
  version: number,
  rows: readonly DailyRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const written = (column: SQL) => sql`values(${column})`;
  await ctx.db
    .insert(dailyUsage)
    .values(rows.map((row) => ({ ...row, user_id, version })))
    .onDuplicateKeyUpdate({
      set: {
        seconds: written(sql`${dailyUsage.seconds}`),
        category: written(sql`${dailyUsage.category}`),
        label: written(sql`${dailyUsage.label}`),
      },
    });
}

/** As many counters as one statement writes well within a trip's time. */
const ROWS_A_STATEMENT = 1_000;

/** Writes absolute counters; a flush that comes late or twice never overwrites a later one. */
export async function saveDailyUsage(
  ctx: Store,
  user_id: string,
  version: number,
  rows: readonly DailyRow[],
): Promise<void> {
  const { seconds, category, label } = dailyUsage;
  const version_column = sql`${dailyUsage.version}`;
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    const some = rows.slice(from, from + ROWS_A_STATEMENT);
    await ctx.db
      .insert(dailyUsage)
      .values(some.map((row) => ({ ...row, user_id, version })))
      .onDuplicateKeyUpdate({
        set: {
          seconds: newer(sql`${seconds}`, version_column),
          category: newer(sql`${category}`, version_column),
          label: newer(sql`${label}`, version_column),
          version: sql`greatest(${dailyUsage.version}, values(${dailyUsage.version}))`,
        },
      });
  }
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
        seconds: newer(sql`${seconds}`, sql`${challengeDays.version}`),
        reported: newer(sql`${reported}`, sql`${challengeDays.version}`),
        version: sql`greatest(${challengeDays.version}, values(${challengeDays.version}))`,
      },
    });
}

/** No item starts further than this from midnight UTC of its own date, in any zone and with any travel. */
const DAYS_AROUND_DATE = 4;

/** The dates of a filter, and the instants around them: those bound what is read of the index. */
function startsWithin({ from, to }: HistoryQuestion["filter"]): SQL[] {
  const { date, started_at } = activities;
  const midnight = (own: OwnDate) => toEpochDay(own) * DAY_MS;
  const after = (own: OwnDate) => gte(started_at, midnight(addDays(own, -DAYS_AROUND_DATE)));
  const before = (own: OwnDate) => lte(started_at, midnight(addDays(own, DAYS_AROUND_DATE)));
  return [
    ...(from === undefined ? [] : [gte(date, from), after(from)]),
    ...(to === undefined ? [] : [lte(date, to), before(to)]),
  ];
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
        ...startsWithin(filter),
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
