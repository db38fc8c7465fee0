import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { DAY_MS } from "../platform/time/instant.ts";
import { REFRESH_TOKEN_SECONDS } from "./sessions.service.ts";
import { deleteSessions, deleteTokens } from "./retention.store.ts";

/** What somebody may want to look up in their list of sessions stays a month. */
const SESSIONS_KEPT_MS = 30 * DAY_MS;
const PAGE = 1_000;

/** Forgets a page of the mail tokens that are no longer good. */
export async function forgetTokens(ctx: Context): Promise<JobPage> {
  return pageOf(await deleteTokens(ctx, ctx.clock.now(), PAGE));
}

/** Forgets a page of the sessions that ended or expired more than 30 days ago. */
export async function forgetSessions(ctx: Context): Promise<JobPage> {
  const before = ctx.clock.now() - SESSIONS_KEPT_MS;
  return pageOf(await deleteSessions(ctx, before, REFRESH_TOKEN_SECONDS * 1000, PAGE));
}

/** What is gone cannot come up again: the next page is simply the next rows. */
function pageOf(removed: number): JobPage {
  return { counts: { removed }, next_after: removed === PAGE ? "more" : null };
}
