import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { archivePage } from "./archive.service.ts";
import { countPage, RECOUNTED_MS, RECENT_MS } from "./counting.service.ts";

/** Moves a part of the acts older than 90 days into the archive. */
export async function archiveOldLogs(ctx: Context, after: string | null): Promise<JobPage> {
  return await archivePage(ctx, after);
}

/** Counts the hours that have closed. */
export async function countLogs(ctx: Context, after: string | null): Promise<JobPage> {
  return await countPage(ctx, after, RECENT_MS);
}

/** Counts the last days once more: for acts that came late. */
export async function recountLogs(ctx: Context, after: string | null): Promise<JobPage> {
  return await countPage(ctx, after, RECOUNTED_MS);
}
