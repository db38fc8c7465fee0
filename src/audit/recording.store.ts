import { inArray, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { users } from "../users/users.table.ts";
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

/** Of these ids, those that are accounts. */
export async function knownUsers(ctx: Store, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(inArray(users.id, [...ids]));
  return new Set(rows.map((row) => row.id));
}
