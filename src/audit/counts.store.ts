import { and, asc, gte, lt, max, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { auditLogs, auditParts } from "./audit.table.ts";
import { auditCounts } from "./counts.table.ts";
import { firstIdAt } from "./id-range.ts";
import type { Archived, Count } from "./summary.ts";

type Store = { readonly db: Db };
type HourCount = typeof auditCounts.$inferSelect;

// SUM and COUNT arrive as text.
const summed = sql`sum(${auditCounts.entries})`.mapWith(Number);

/** Counts the acts of whole hours from one instant up to another, by the primary key. */
export async function countHours(ctx: Store, from: Instant, to: Instant): Promise<HourCount[]> {
  const { id, level, action, created_at } = auditLogs;
  const hour = sql`date_format(${created_at}, '%Y-%m-%d %H:00:00.000')`
    .mapWith(auditCounts.hour)
    .as("hour");
  return await ctx.db
    .select({ hour, level, action, entries: sql`count(*)`.mapWith(Number) })
    .from(auditLogs)
    .where(and(gte(id, firstIdAt(from)), lt(id, firstIdAt(to))))
    .groupBy(sql`${sql.identifier("hour")}`, level, action);
}

/** Puts new counts in the place of all that hours from one instant up to another have. */
export async function replaceCounts(
  tx: Store,
  from: Instant,
  to: Instant,
  counts: readonly HourCount[],
): Promise<void> {
  const { hour } = auditCounts;
  await tx.db.delete(auditCounts).where(and(gte(hour, from), lt(hour, to)));
  if (counts.length === 0) return;
  await tx.db
    .insert(auditCounts)
    .values([...counts])
    // Somebody else counted the same hours at the same time.
    .onDuplicateKeyUpdate({ set: { entries: sql`values(${auditCounts.entries})` } });
}

/** Forgets the counts of hours that begin before an instant. */
export async function forgetCounts(ctx: Store, before: Instant): Promise<void> {
  await ctx.db.delete(auditCounts).where(lt(auditCounts.hour, before));
}

/** The last hour that has counts; null where none has. */
export async function lastCountedHour(ctx: Store): Promise<Instant | null> {
  const rows = await ctx.db.select({ hour: max(auditCounts.hour) }).from(auditCounts);
  return rows[0]?.hour ?? null;
}

/** The id of the oldest act that MySQL has; null where it has none. */
export async function oldestId(ctx: Store): Promise<string | null> {
  const rows = await ctx.db
    .select({ id: auditLogs.id })
    .from(auditLogs)
    .orderBy(asc(auditLogs.id))
    .limit(1);
  return rows[0]?.id ?? null;
}

/** Counts by level and action of the hours that begin at or after an instant. */
export async function countsByAction(ctx: Store, from: Instant): Promise<Count[]> {
  const { level, action, hour } = auditCounts;
  return await ctx.db
    .select({ level, action, entries: summed })
    .from(auditCounts)
    .where(gte(hour, from))
    .groupBy(level, action);
}

/** Counts by UTC day and level of the hours that begin at or after an instant. */
export async function countsByDay(
  ctx: Store,
  from: Instant,
): Promise<(Omit<Count, "action"> & { date: string })[]> {
  const { level, hour } = auditCounts;
  const date = sql<string>`date_format(${hour}, '%Y-%m-%d')`.as("day");
  return await ctx.db
    .select({ date, level, entries: summed })
    .from(auditCounts)
    .where(gte(hour, from))
    .groupBy(sql`${sql.identifier("day")}`, level);
}

/** What the archive holds. */
export async function archivedTotals(ctx: Store): Promise<Archived> {
  const { first_id, last_id, entries } = auditParts;
  const rows = await ctx.db
    .select({
      parts: sql`count(*)`.mapWith(Number),
      entries: sql`coalesce(sum(${entries}), 0)`.mapWith(Number),
      first_id: sql<string | null>`min(${first_id})`,
      last_id: sql<string | null>`max(${last_id})`,
    })
    .from(auditParts);
  return rows[0] ?? { parts: 0, entries: 0, first_id: null, last_id: null };
}
