import type { Context } from "../platform/context.ts";
import type { LogRow } from "./entry.ts";
import { pageOfLogs } from "./logs.store.ts";
import { planOf, type Filters } from "./ranges.ts";

/** A page of the log, newest first, before the id `before`; says whether more follows. */
export async function searchLogs(
  ctx: Context,
  filters: Filters,
  before: string | null,
  limit: number,
): Promise<{ logs: LogRow[]; has_more: boolean }> {
  const rows = await pageOfLogs(ctx, planOf(filters), before, limit + 1);
  return { logs: rows.slice(0, limit), has_more: rows.length > limit };
}
