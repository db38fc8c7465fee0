import { and, asc, eq, gte, lt, max, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { DAY_MS, type Instant } from "../platform/time/instant.ts";
import { auditLogs, auditParts } from "./audit.table.ts";
import { auditCounts } from "./counts.table.ts";
import { firstIdAt } from "../platform/time/id-instant.ts";
import type { Archived, Count } from "./summary.ts";

type Store = { readonly db: Db };
type Span = (typeof auditCounts.$inferSelect)["span"];
/** How many acts of an action began within an hour or a day. */
export type SpanCount = Count & { starts_at: Instant };

// SUM and COUNT arrive as text.
const summed = sql`sum(${auditCounts.entries})`.mapWith(Number);

/** Counts the acts of whole hours from one instant up to another, by the primary key. */
export async function countHours(ctx: Store, from: Instant, to: Instant): Promise<SpanCount[]> {
  const { id, level, action, created_at } = auditLogs;
  const starts_at = sql`date_format(${created_at}, '%Y-%m-%d %H:00:00.000')`
    .mapWith(auditCounts.starts_at)
    .as("starts_at");
  return await ctx.db
    .select({ starts_at, level, action, entries: sql`count(*)`.mapWith(Number) })
    .from(auditLogs)
    .where(and(gte(id, firstIdAt(from)), lt(id, firstIdAt(to))))
    .groupBy(sql`${sql.identifier("starts_at")}`, level, action);
}

/** A row that counts nothing, from before any act: whoever counts holds it. */
const HELD = { span: "day", starts_at: 0, level: "info", action: "-", entries: 0 } as const;

/**
 * Has those who count come one after the other, until the transaction ends; to be called first in it.
 * What is read after it is what the one before has written, and no older snapshot.
 */
export async function holdCounts(tx: Store): Promise<void> {
  await tx.db
    .insert(auditCounts)
    .values(HELD)
    .onDuplicateKeyUpdate({ set: { entries: sql`${auditCounts.entries}` } });
}

/** Puts new counts in the place of all that a span has from one instant up to another. */
export async function replaceCounts(
  tx: Store,
  span: Span,
  from: Instant,
  to: Instant,
  counts: readonly SpanCount[],
): Promise<void> {
  await tx.db.delete(auditCounts).where(within(span, from, to));
  if (counts.length === 0) return;
  await tx.db
    .insert(auditCounts)
    .values(counts.map((count) => ({ span, ...count })))
    // Somebody else counted the same hours at the same time.
    .onDuplicateKeyUpdate({ set: { entries: sql`values(${auditCounts.entries})` } });
}

/** Forgets the counts of a span before an instant. */
export async function forgetCounts(ctx: Store, span: Span, before: Instant): Promise<void> {
  await ctx.db.delete(auditCounts).where(within(span, null, before));
}

/** The last hour that has counts; null where none has. */
export async function lastCountedHour(ctx: Store): Promise<Instant | null> {
  const rows = await ctx.db
    .select({ starts_at: max(auditCounts.starts_at) })
    .from(auditCounts)
    .where(eq(auditCounts.span, "hour"));
  return rows[0]?.starts_at ?? null;
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

/** Sums by level and action of what a span has from one instant on, up to another if there is one. */
export async function countsByAction(
  ctx: Store,
  span: Span,
  from: Instant,
  to: Instant | null = null,
): Promise<Count[]> {
  const { level, action } = auditCounts;
  return await ctx.db
    .select({ level, action, entries: summed })
    .from(auditCounts)
    .where(within(span, from, to))
    .groupBy(level, action);
}

/** Sums by level of the UTC days from an instant on. */
export async function countsByDay(ctx: Store, from: Instant): Promise<Omit<SpanCount, "action">[]> {
  const { starts_at, level } = auditCounts;
  return await ctx.db
    .select({ starts_at, level, entries: summed })
    .from(auditCounts)
    .where(within("day", from, null))
    .groupBy(starts_at, level);
}

/** Sums the closed hours of a UTC day by level and action. */
export async function sumOfDay(tx: Store, day: Instant): Promise<SpanCount[]> {
  const sums = await countsByAction(tx, "hour", day, day + DAY_MS);
  return sums.map((count) => ({ ...count, starts_at: day }));
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

function within(span: Span, from: Instant | null, to: Instant | null) {
  const { starts_at } = auditCounts;
  return and(
    eq(auditCounts.span, span),
    from === null ? undefined : gte(starts_at, from),
    to === null ? undefined : lt(starts_at, to),
  );
}
