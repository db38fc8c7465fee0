import { eq, inArray, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { erasures, users } from "../users/users.table.ts";
import { auditLogs } from "./audit.table.ts";
import type { LogRow } from "./entry.ts";

type Store = { readonly db: Db };

/** Writes acts down; one that stands already stays as it is. */
export async function insertLogs(ctx: Store, rows: readonly LogRow[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.db
    .insert(auditLogs)
    .values([...rows])
    .onDuplicateKeyUpdate({ set: { id: sql`${auditLogs.id}` } });
}

/**
 * By what name each of these ids that is an account may be written down: by itself, or, from its
 * deletion on, by its pseudonym.
 */
export async function namesOf(ctx: Store, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .select({ id: users.id, pseudonym: erasures.pseudonym })
    .from(users)
    .leftJoin(erasures, eq(erasures.user_id, users.id))
    .where(inArray(users.id, [...ids]));
  return new Map(rows.map(({ id, pseudonym }) => [id, pseudonym ?? id]));
}
