import { and, asc, eq, inArray, lte } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { looseFiles } from "./avatars.table.ts";

type Store = { readonly db: Db };

/** Notes that a file is about to be stored; unless a row comes to name it, it is removed at `due_at`. */
export async function noteIncoming(ctx: Store, file_name: string, due_at: Instant): Promise<void> {
  await ctx.db.insert(looseFiles).values({ file_name, state: "incoming", due_at });
}

/** Takes an incoming file off the list, for the row that names it now; says whether it was still there. */
export async function takeIncoming(ctx: Store, file_name: string): Promise<boolean> {
  const result = await ctx.db
    .delete(looseFiles)
    .where(and(eq(looseFiles.file_name, file_name), eq(looseFiles.state, "incoming")));
  return result.rowsAffected > 0;
}

/** Notes that nothing names a file any more, in the transaction in which that becomes so. */
export async function noteUnused(ctx: Store, file_name: string, now: Instant): Promise<void> {
  await ctx.db
    .insert(looseFiles)
    .values({ file_name, state: "unused", due_at: now })
    .onDuplicateKeyUpdate({ set: { state: "unused", due_at: now } });
}

/** Files that are due at `now`, the longest due first. */
export async function dueFiles(ctx: Store, now: Instant, limit: number): Promise<string[]> {
  const rows = await ctx.db
    .select({ file_name: looseFiles.file_name })
    .from(looseFiles)
    .where(lte(looseFiles.due_at, now))
    .orderBy(asc(looseFiles.due_at))
    .limit(limit);
  return rows.map((row) => row.file_name);
}

/** Of these files, gives those that no row names, and sees to it that none ever will. */
export async function condemn(ctx: Store, file_names: readonly string[]): Promise<string[]> {
  const named = inArray(looseFiles.file_name, [...file_names]);
  await ctx.db.update(looseFiles).set({ state: "unused" }).where(named);
  const rows = await ctx.db
    .select({ file_name: looseFiles.file_name })
    .from(looseFiles)
    .where(and(named, eq(looseFiles.state, "unused")));
  return rows.map((row) => row.file_name);
}

/** Forgets files that are removed. */
export async function forgetFiles(ctx: Store, file_names: readonly string[]): Promise<void> {
  await ctx.db.delete(looseFiles).where(inArray(looseFiles.file_name, [...file_names]));
}
