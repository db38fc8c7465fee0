import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { forgetSessions, forgetTokens } from "./retention.service.ts";
import { tendUnverified } from "./unverified.service.ts";

/** Forgets a page of the mail tokens that were no longer good at the trigger's instant. */
export async function forgetOldTokens(ctx: Context): Promise<JobPage> {
  return await forgetTokens(ctx);
}

/** Forgets a page of the sessions that had long been over. */
export async function forgetOldSessions(ctx: Context): Promise<JobPage> {
  return await forgetSessions(ctx);
}

/** Warns, and in the end removes, a page of the accounts whose addresses were never confirmed. */
export async function tendUnverifiedAccounts(ctx: Context, after: string | null): Promise<JobPage> {
  return await tendUnverified(ctx, after);
}
