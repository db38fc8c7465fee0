import type { Context } from "../platform/context.ts";
import { inPages } from "../platform/db/pages.ts";
import { deleteUsage, usageTables } from "./erasure.store.ts";

/**
 * Erases a person's usage from MySQL: items, days, and what is left of their days in challenges. The
 * ledger in their object goes with the object. Repeatable; goes on where it was cut off.
 */
export async function eraseUsageOf(ctx: Context, user_id: string): Promise<void> {
  for (const table of usageTables) {
    await inPages(async (limit) => await deleteUsage(ctx, table, user_id, limit));
  }
}
