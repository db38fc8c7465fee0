import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { turnPage } from "./turning.service.ts";

/** Has a page of the challenges turn that were due at the trigger's instant; counts for the run's record. */
export async function turnDueChallenges(ctx: Context, after: string | null): Promise<JobPage> {
  return await turnPage(ctx, after);
}
