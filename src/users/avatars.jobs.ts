import type { Context } from "../platform/context.ts";
import { removeDue } from "./avatars.service.ts";

/** Removes the files that were due at the trigger's instant; gives counts for the run's record. */
export async function removeDueFiles(ctx: Context): Promise<{ removed: number }> {
  return await removeDue(ctx);
}
