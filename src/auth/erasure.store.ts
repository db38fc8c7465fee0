import { eq } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { emailTokens, sessions } from "./auth.table.ts";

type Store = { readonly db: Db };

/** Deletes at most `limit` of a user's sessions; gives how many. */
export async function deleteSessions(ctx: Store, user_id: string, limit: number): Promise<number> {
  const deleted = await ctx.db.delete(sessions).where(eq(sessions.user_id, user_id)).limit(limit);
  return deleted.rowsAffected;
}

/** Deletes at most `limit` of a user's mail tokens; gives how many. */
export async function deleteEmailTokens(
  ctx: Store,
  user_id: string,
  limit: number,
): Promise<number> {
  const deleted = await ctx.db
    .delete(emailTokens)
    .where(eq(emailTokens.user_id, user_id))
    .limit(limit);
  return deleted.rowsAffected;
}

/** Deletes every mail token of a user, and every one that went to an address, whoever asked for it. */
export async function deleteEmailTokensTo(
  ctx: Store,
  user_id: string,
  email: string,
): Promise<void> {
  // Two statements: one over both would find no index, and hold every row.
  await ctx.db.delete(emailTokens).where(eq(emailTokens.user_id, user_id));
  await ctx.db.delete(emailTokens).where(eq(emailTokens.email, email));
}
