import { sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";

/** One trip to MySQL; gives its version. */
export async function databaseVersion(ctx: { readonly db: Db }): Promise<string> {
  const { rows } = await ctx.db.execute(sql`select version() as version`);
  const [row] = rows as { version: string }[];
  return row?.version ?? "unknown";
}
