import { and, asc, between, eq, gt, inArray, lt, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { auditLogs, auditPartPeople, auditParts } from "./audit.table.ts";
import type { LogRow } from "./entry.ts";
import type { Named } from "./part.ts";

type Store = { readonly db: Db };
export type PartRow = typeof auditParts.$inferSelect;

/** Whom the oldest acts name, at most `limit` of those after one id and before another. */
export async function oldestLogs(
  ctx: Store,
  after: string,
  before: string,
  limit: number,
): Promise<Named[]> {
  const { id, user_id, actor_id } = auditLogs;
  return await ctx.db
    .select({ id, user_id, actor_id })
    .from(auditLogs)
    .where(and(gt(id, after), lt(id, before)))
    .orderBy(asc(id))
    .limit(limit);
}

/** The acts from one id to another, both included, oldest first. */
export async function logsBetween(
  ctx: Store,
  first_id: string,
  last_id: string,
): Promise<LogRow[]> {
  return await ctx.db
    .select()
    .from(auditLogs)
    .where(between(auditLogs.id, first_id, last_id))
    .orderBy(asc(auditLogs.id));
}

/** Deletes acts; gives how many there were. */
export async function deleteLogs(tx: Store, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const deleted = await tx.db.delete(auditLogs).where(inArray(auditLogs.id, [...ids]));
  return deleted.rowsAffected;
}

/** Announces a part of the archive and whom it names. Repeatable. */
export async function announcePart(
  tx: Store,
  part: PartRow,
  people: readonly string[],
): Promise<void> {
  await tx.db
    .insert(auditParts)
    .values(part)
    .onDuplicateKeyUpdate({ set: { name: sql`${auditParts.name}` } });
  if (people.length === 0) return;
  await tx.db
    .insert(auditPartPeople)
    .values(people.map((user_id) => ({ user_id, part_name: part.name })))
    .onDuplicateKeyUpdate({ set: { part_name: sql`values(${auditPartPeople.part_name})` } });
}

/** At most `limit` parts that name somebody. */
export async function partsNaming(ctx: Store, user_id: string, limit: number): Promise<PartRow[]> {
  const { name, first_id, last_id, entries, created_at } = auditParts;
  return await ctx.db
    .select({ name, first_id, last_id, entries, created_at })
    .from(auditPartPeople)
    .innerJoin(auditParts, eq(auditParts.name, auditPartPeople.part_name))
    .where(eq(auditPartPeople.user_id, user_id))
    .orderBy(asc(auditPartPeople.part_name))
    .limit(limit);
}

/** Notes that a part names somebody no longer. */
export async function forgetNamed(ctx: Store, part_name: string, user_id: string): Promise<void> {
  await ctx.db
    .delete(auditPartPeople)
    .where(and(eq(auditPartPeople.user_id, user_id), eq(auditPartPeople.part_name, part_name)));
}
