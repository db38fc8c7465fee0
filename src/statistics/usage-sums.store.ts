import {
  and,
  asc,
  between,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  lt,
  lte,
  max,
  or,
  sql,
  sum,
} from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { dailyUsage } from "../usage/usage.table.ts";
import { users } from "../users/users.table.ts";
import type { UsageSum } from "./passing.ts";
import { usageDays, usagePasses, usageSums } from "./statistics.table.ts";

type Store = { readonly db: Db };
export type PassRow = typeof usagePasses.$inferSelect;
type Dates = { first: OwnDate; last: OwnDate };

const ROWS_A_STATEMENT = 1_000;

/** Opens a pass over the users; one that is open already stays as it is. Gives how it stands. */
export async function openPass(ctx: Store, pass: Instant, dates: Dates): Promise<PassRow> {
  const row = {
    pass,
    first_date: dates.first,
    last_date: dates.last,
    after_user: "",
    ended_at: null,
  };
  await ctx.db
    .insert(usagePasses)
    .values(row)
    .onDuplicateKeyUpdate({ set: { pass: sql`${usagePasses.pass}` } });
  const rows = await ctx.db.select().from(usagePasses).where(eq(usagePasses.pass, pass));
  return rows[0] ?? row;
}

/** Holds a pass until the transaction ends; gives how far it has come, or null where it has ended. */
export async function lockPass(ctx: Store, pass: Instant): Promise<string | null> {
  const rows = await ctx.db
    .select({ after_user: usagePasses.after_user })
    .from(usagePasses)
    .where(and(eq(usagePasses.pass, pass), isNull(usagePasses.ended_at)))
    .for("update");
  return rows[0]?.after_user ?? null;
}

/** Notes how far a pass has come. */
export async function movePass(ctx: Store, pass: Instant, after_user: string): Promise<void> {
  await ctx.db.update(usagePasses).set({ after_user }).where(eq(usagePasses.pass, pass));
}

/** The ids of at most `limit` users after one, in order. */
export async function userIdsAfter(ctx: Store, after: string, limit: number): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(gt(users.id, after))
    .orderBy(asc(users.id))
    .limit(limit);
  return rows.map((row) => row.id);
}

const summed = {
  date: dailyUsage.date,
  scope: sql<"total" | "app">`${dailyUsage.scope}`,
  name: dailyUsage.name,
  label: max(dailyUsage.label),
  category: max(dailyUsage.category),
  seconds: sum(dailyUsage.seconds).mapWith(Number),
  people: count(),
};

/** The sums over the users after `after` up to `last`, of own dates between two. */
export async function sumUsers(
  ctx: Store,
  after: string,
  last: string,
  dates: Dates,
): Promise<UsageSum[]> {
  // By way of the users, so that of each only the days in question are read, and not years of them.
  return await ctx.db
    .select(summed)
    .from(users)
    .innerJoin(dailyUsage, eq(dailyUsage.user_id, users.id))
    .where(
      and(
        gt(users.id, after),
        lte(users.id, last),
        between(dailyUsage.date, dates.first, dates.last),
        inArray(dailyUsage.scope, ["total", "app"]),
      ),
    )
    .groupBy(dailyUsage.date, dailyUsage.scope, dailyUsage.name);
}

/** The sums over everybody of one own date that no pass has counted yet. */
export async function sumDate(ctx: Store, date: OwnDate): Promise<UsageSum[]> {
  return await ctx.db
    .select(summed)
    .from(dailyUsage)
    .where(and(eq(dailyUsage.date, date), inArray(dailyUsage.scope, ["total", "app"])))
    .groupBy(dailyUsage.date, dailyUsage.scope, dailyUsage.name);
}

/** Adds a page's sums to those of its pass. */
export async function addSums(ctx: Store, pass: Instant, sums: readonly UsageSum[]): Promise<void> {
  for (let from = 0; from < sums.length; from += ROWS_A_STATEMENT) {
    await ctx.db
      .insert(usageSums)
      .values(sums.slice(from, from + ROWS_A_STATEMENT).map((row) => ({ ...row, pass })))
      .onDuplicateKeyUpdate({
        set: {
          seconds: sql`${usageSums.seconds} + values(${usageSums.seconds})`,
          people: sql`${usageSums.people} + values(${usageSums.people})`,
        },
      });
  }
}

/** Drops all but about `kept` apps of each of these dates, those with the least seconds. */
export async function trimApps(
  ctx: Store,
  pass: Instant,
  { first, last }: Dates,
  kept: number,
): Promise<void> {
  const { date, seconds } = usageSums;
  const isApp = and(eq(usageSums.pass, pass), eq(usageSums.scope, "app"));
  const place = sql`row_number() over (partition by ${date} order by ${seconds} desc)`;
  const placed = ctx.db
    .select({ date, seconds, place: place.mapWith(Number).as("place") })
    .from(usageSums)
    .where(and(between(date, first, last), isApp))
    .as("placed");
  const least = await ctx.db
    .select({ date: placed.date, seconds: placed.seconds })
    .from(placed)
    .where(eq(placed.place, kept));
  for (const kept_least of least) {
    await ctx.db
      .delete(usageSums)
      .where(and(eq(date, kept_least.date), isApp, lt(seconds, kept_least.seconds)));
  }
}

/**
 * Shows a pass for these dates, where no newer one is shown, and notes that it has ended; whom it came to
 * last is not kept: they may be erased.
 */
export async function showPass(
  ctx: Store,
  pass: Instant,
  dates: readonly OwnDate[],
  now: Instant,
): Promise<void> {
  await ctx.db
    .insert(usageDays)
    .values(dates.map((date) => ({ date, pass })))
    .onDuplicateKeyUpdate({
      set: { pass: sql`greatest(${usageDays.pass}, values(${usageDays.pass}))` },
    });
  await ctx.db
    .update(usagePasses)
    .set({ ended_at: now, after_user: "" })
    .where(eq(usagePasses.pass, pass));
}

/** Drops at most `limit` sums that older passes left of dates shown by newer ones; gives how many. */
export async function dropOlder(
  ctx: Store,
  { first, last }: Dates,
  limit: number,
): Promise<number> {
  const { date, pass } = usageSums;
  const shown = await shownDays(ctx, first, last);
  if (shown.length === 0) return 0;
  const isOlder = shown.map((day) => and(eq(date, day.date), lt(pass, day.pass)));
  const dropped = await ctx.db
    .delete(usageSums)
    .where(or(...isOlder))
    .limit(limit);
  return dropped.rowsAffected;
}

/** Forgets passes of windows before an instant. */
export async function forgetPasses(ctx: Store, before: Instant): Promise<void> {
  await ctx.db.delete(usagePasses).where(lt(usagePasses.pass, before));
}

/** The own dates of a span that are shown, by which pass. */
export async function shownDays(ctx: Store, from: OwnDate, to: OwnDate) {
  return await ctx.db
    .select()
    .from(usageDays)
    .where(between(usageDays.date, from, to));
}

const isShown = and(eq(usageSums.date, usageDays.date), eq(usageSums.pass, usageDays.pass));

/** The shown totals of the own dates of a span. */
export async function shownTotals(ctx: Store, from: OwnDate, to: OwnDate): Promise<UsageSum[]> {
  const { date, scope, name, label, category, seconds, people } = usageSums;
  return await ctx.db
    .select({ date, scope, name, label, category, seconds, people })
    .from(usageDays)
    .innerJoin(usageSums, isShown)
    .where(and(between(usageDays.date, from, to), eq(scope, "total")));
}

/** An app's sums over a span of own dates. */
export type AppSum = {
  app: string;
  name: string | null;
  category: string | null;
  seconds: number;
  user_days: number;
};

/** The shown sums of every app over a span of own dates, the most used first. */
export async function shownApps(ctx: Store, from: OwnDate, to: OwnDate): Promise<AppSum[]> {
  const seconds = sum(usageSums.seconds).mapWith(Number);
  return await ctx.db
    .select({
      app: usageSums.name,
      name: max(usageSums.label),
      category: max(usageSums.category),
      seconds,
      user_days: sum(usageSums.people).mapWith(Number),
    })
    .from(usageDays)
    .innerJoin(usageSums, isShown)
    .where(
      and(
        gte(usageDays.date, from),
        lte(usageDays.date, to),
        eq(usageSums.scope, "app"),
        gt(usageSums.seconds, 0),
      ),
    )
    .groupBy(usageSums.name)
    .orderBy(desc(seconds));
}
