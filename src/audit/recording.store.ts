import { eq, inArray, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { erasures, users } from "../users/users.table.ts";
import { auditLogs } from "./audit.table.ts";
import type { LogRow } from "./entry.ts";
import type { Gone } from "./scrub.ts";

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
 * Who of these is no account: by id, the pseudonym they go by from their deletion on, or null where
 * not even that is known any more.
 */
export async function goneOf(ctx: Store, ids: readonly string[]): Promise<Gone> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .select({ id: users.id, pseudonym: erasures.pseudonym })
    .from(users)
    .leftJoin(erasures, eq(erasures.user_id, users.id))
    .where(inArray(users.id, [...ids]));
  const pseudonyms = new Map(rows.map(({ id, pseudonym }) => [id, pseudonym]));
  const isAccount = (id: string) => pseudonyms.get(id) === null;
  return new Map(ids.filter((id) => !isAccount(id)).map((id) => [id, pseudonyms.get(id) ?? null]));
}
