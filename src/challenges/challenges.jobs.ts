import type { Context } from "../platform/context.ts";
import { turnDueChallenges as turnDue } from "./turning.service.ts";

/** Has every challenge turn that was due at the trigger's instant; gives counts for the run's record. */
export async function turnDueChallenges(ctx: Context): Promise<{ due: number; failed: number }> {
  return await turnDue(ctx);
}
