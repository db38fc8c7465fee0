import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { wakeErasures } from "./deletion.service.ts";
import { keyUsers } from "./search.service.ts";

/** Has every erasure go on that has waited for a minute; gives counts for the run's record. */
export async function sweepErasures(ctx: Context): Promise<{ waiting: number; failed: number }> {
  return await wakeErasures(ctx);
}

/** Has a page of accounts be found by their names that came without search keys. */
export async function fillSearch(ctx: Context): Promise<JobPage> {
  return await keyUsers(ctx);
}
