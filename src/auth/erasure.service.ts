import type { Context } from "../platform/context.ts";
import { inPages } from "../platform/db/pages.ts";
import { endSessionsOf } from "./auth.store.ts";
import { deleteEmailTokens, deleteEmailTokensTo, deleteSessions } from "./erasure.store.ts";

/**
 * Ends every session of an account that is being deleted, and every token that was mailed to it or to
 * its address: none may confirm anything any more. In the caller's transaction.
 */
export async function endSignInsOf(tx: Context, user_id: string, email: string): Promise<void> {
  await endSessionsOf(tx, user_id, tx.clock.now(), "account_deleted");
  await deleteEmailTokensTo(tx, user_id, email);
}

/** Erases a user's sessions, with the IP addresses in them, and mail tokens. Repeatable. */
export async function eraseSignInsOf(ctx: Context, user_id: string): Promise<void> {
  await inPages(async (limit) => await deleteSessions(ctx, user_id, limit));
  await inPages(async (limit) => await deleteEmailTokens(ctx, user_id, limit));
}
