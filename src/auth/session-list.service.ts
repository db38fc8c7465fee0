import type { UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { tellUser } from "../users/index.ts";
import { endSessionOf, endSessionsOf, liveSessions, type SessionRow } from "./auth.store.ts";

/** The caller's live sessions, the one last seen first. */
export async function mySessions(ctx: UserContext): Promise<SessionRow[]> {
  return await liveSessions(ctx, ctx.actor.user_id, ctx.clock.now());
}

/** Ends one of the caller's sessions, from its next request on. Raises `not_found`. */
export async function endMySession(ctx: UserContext, session_id: string): Promise<void> {
  const ended = await endSessionOf(ctx, ctx.actor.user_id, session_id, ctx.clock.now());
  await tellUser(ctx, ctx.actor.user_id);
  if (!ended) throw errors.not_found();
}

/** Ends all of the caller's sessions but the one that asks. */
export async function endMyOtherSessions(ctx: UserContext): Promise<void> {
  const { user_id, session_id } = ctx.actor;
  await endSessionsOf(ctx, user_id, ctx.clock.now(), "ended_by_user", session_id);
  await tellUser(ctx, user_id);
}
