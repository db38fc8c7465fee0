import type { UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { callObject } from "../platform/objects/call.ts";
import { askBoard, openSocket } from "./board.client.ts";
import type { BoardPage, BoardQuestion, BoardRefusal } from "./board-entry.ts";
import { challengeErrors } from "./challenges.errors.ts";

/** When a sixth socket may be worth another try. */
const RETRY_SECONDS = 10;

/**
 * A part of a board as it stands, answered without MySQL. Raises `not_found` for a challenge that is
 * not there or whose board the caller may not see.
 */
export async function leaderboard(
  ctx: UserContext,
  question: Omit<BoardQuestion, "viewer_id">,
): Promise<BoardPage> {
  const answer = await askBoard(ctx, { ...question, viewer_id: ctx.actor.user_id });
  if (typeof answer === "string") throw refusalError(answer);
  return answer;
}

/**
 * Opens the caller's socket on a board; gives the upgraded answer. Raises `not_found`, and
 * `too_many_sockets` for a sixth one.
 */
export async function watch(ctx: UserContext, challenge_id: string): Promise<Response> {
  const { user_id, session_id, expires_at } = ctx.actor;
  // The user's object must know first: when the session ends it closes what it knows of.
  const isLive = await callObject(
    ctx,
    ctx.bindings.USER,
    user_id,
    async (user) => await user.watch({ user_id, session_id }, challenge_id, expires_at),
  );
  if (!isLive) throw errors.session_ended();
  const answer = await openSocket(ctx, challenge_id);
  if (typeof answer === "string") throw refusalError(answer);
  return answer;
}

function refusalError(refusal: BoardRefusal): Error {
  switch (refusal) {
    case "not_found":
      return errors.not_found();
    case "unavailable":
      return errors.database_unavailable();
    case "too_many_sockets":
      return challengeErrors.too_many_sockets({ retry_after_seconds: RETRY_SECONDS });
    case "session_ended":
      return errors.session_ended();
  }
}
