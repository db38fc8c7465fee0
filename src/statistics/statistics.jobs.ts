import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { countMovable, countToday } from "./counting.service.ts";
import { closeGrowthDays } from "./growth.service.ts";

/** Counts everybody's today, a page at a time. */
export async function countUsage(ctx: Context, after: string | null): Promise<JobPage> {
  return await countToday(ctx, after);
}

/** Counts again every day that late reports may have moved, a page at a time. */
export async function recountUsage(ctx: Context, after: string | null): Promise<JobPage> {
  return await countMovable(ctx, after);
}

/** Closes the days of the accounts' growth that are over. */
export async function closeGrowth(ctx: Context): Promise<Record<string, number>> {
  return await closeGrowthDays(ctx);
}
