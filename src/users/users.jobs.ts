import type { Context } from "../platform/context.ts";
import { wakeErasures } from "./deletion.service.ts";

/** Has every erasure go on that has waited for a minute; gives counts for the run's record. */
export async function sweepErasures(ctx: Context): Promise<{ waiting: number; failed: number }> {
  return await wakeErasures(ctx);
}
