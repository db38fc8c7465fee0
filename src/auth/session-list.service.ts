import type { UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors } from "../platform/errors.ts";
import { record } from "../audit/index.ts";
import { tellUser } from "../users/index.ts";
import { endSessionOf, endSessionsOf, liveSessions, type SessionRow } from "./auth.store.ts";

/** The caller's live sessions, the one last seen first. */
export async function mySessions(ctx: UserContext): Promise<SessionRow[]> {
  return await liveSessions(ctx, ctx.actor.user_id, ctx.clock.now());
}

/** Ends one of the caller's sessions, from its next request on. Raises `not_found`. */
export async function endMySession(ctx: UserContext, session_id: string): Promise<void> {
  const ended = await withTransaction(ctx, async (tx) => {
    const isEnded = await endSessionOf(tx, tx.actor.user_id, session_id, tx.clock.now());
    if (isEnded) await record(tx, { action: "auth.session_ended", context: { session_id } });
    return isEnded;
  });
  await tellUser(ctx, ctx.actor.user_id);
  if (!ended) throw errors.not_found();
}

/** Ends all of the caller's sessions but the one that asks. */
export async function endMyOtherSessions(ctx: UserContext): Promise<void> {
  const { user_id, session_id } = ctx.actor;
  await withTransaction(ctx, async (tx) => {
    const now = tx.clock.now();
    if (await endSessionsOf(tx, user_id, now, "ended_by_user", session_id))
      await record(tx, { action: "auth.sessions_ended" });
  });
  await tellUser(ctx, user_id);
}
