import type { Bindings } from "../platform/bindings.ts";
import type { Context, UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { callObject } from "../platform/objects/call.ts";
import type { Instant } from "../platform/time/instant.ts";
import type {
  BoardPage,
  BoardQuestion,
  BoardRefusal,
  ErasedPlace,
  ViewerSeat,
} from "./board-entry.ts";
import { relayName, type FollowRefusal } from "./relay-news.ts";

/** Typed by the binding, so that nobody who calls the board depends on its file. */
type BoardStub = ReturnType<Bindings["BOARD"]["get"]>;
type Caller = Pick<Context, "bindings" | "log" | "origin" | "deadline_ms">;

/** Says who takes a seat. Only the Worker can set it: it builds the request that the board sees. */
export const SEAT_HEADER = "x-seat";

async function callBoard<T>(
  ctx: Caller,
  id: string,
  call: (board: BoardStub) => Promise<T>,
): Promise<T> {
  return await callObject(ctx, ctx.bindings.BOARD, id, async (stub) => await call(stub));
}

/**
 * Tells a board that MySQL holds a newer challenge, or newer people in it; it reads them anew.
 * Repeatable; whoever changed them reports success only after this. Raises `database_unavailable`,
 * `object_unavailable`.
 */
export async function tellBoard(
  ctx: Caller,
  challenge_id: string,
  user_ids: string[],
): Promise<void> {
  const told = await callBoard(
    ctx,
    challenge_id,
    async (board) => await board.refresh(challenge_id, user_ids),
  );
  if (!told) throw errors.database_unavailable();
}

/**
 * Has a board look a little later what became of somebody whose part is about to change: whoever changes
 * it may die before `tellBoard`. Raises `database_unavailable`, `object_unavailable`.
 */
export async function expectChange(
  ctx: Caller,
  challenge_id: string,
  user_id: string,
): Promise<void> {
  const isNoted = await callBoard(
    ctx,
    challenge_id,
    async (board) => await board.expect(challenge_id, user_id),
  );
  if (!isNoted) throw errors.database_unavailable();
}

/**
 * Has a board forget an erased person; says whether their place is kept under the pseudonym.
 * Repeatable. Raises `database_unavailable`, `object_unavailable`.
 */
export async function eraseOnBoard(
  ctx: Caller,
  challenge_id: string,
  user_id: string,
  pseudonym: string,
): Promise<Exclude<ErasedPlace, "unavailable">> {
  const place = await callBoard(
    ctx,
    challenge_id,
    async (board) => await board.erase(challenge_id, user_id, pseudonym),
  );
  if (place === "unavailable") throw errors.database_unavailable();
  return place;
}

/** Asks for a part of a board; gives it, or why not. Raises `object_unavailable`. */
export async function askBoard(
  ctx: Caller,
  question: BoardQuestion,
): Promise<BoardPage | BoardRefusal> {
  return await callBoard(ctx, question.challenge_id, async (board) => await board.page(question));
}

/** Has a board do the turns due at the trigger's instant `now`; says whether all went well. Raises `object_unavailable`. */
export async function turnBoard(ctx: Caller, challenge_id: string, now: Instant): Promise<boolean> {
  return await callBoard(ctx, challenge_id, async (board) => await board.turn(challenge_id, now));
}

/** How often a viewer is sent on before they are told to come again: as often as relays fill up meanwhile. */
const MOST_HOPS = 8;

/** What an object says that opens no socket. */
type NoSocket = { refusal: BoardRefusal } | { relay: number };

/**
 * Opens the caller's socket on a board, or where the board has no room on one of its relays; gives the
 * upgraded answer, or why not. Raises `object_unavailable`.
 */
export async function openSocket(
  ctx: UserContext,
  challenge_id: string,
): Promise<Response | BoardRefusal> {
  const { BOARD, RELAY } = ctx.bindings;
  const { user_id, session_id, expires_at } = ctx.actor;
  const seat: ViewerSeat & { challenge_id: string } = {
    challenge_id,
    user_id,
    session_id,
    expires_at,
  };
  const headers = { upgrade: "websocket", [SEAT_HEADER]: JSON.stringify(seat) };
  const knock = async (stub: Pick<BoardStub, "fetch">) =>
    await stub.fetch("https://board/live", { headers });
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const sent = await callObject(ctx, BOARD, challenge_id, knock);
    if (sent.status === 101) return sent;
    const elsewhere = await sent.json<NoSocket>();
    if ("refusal" in elsewhere) return elsewhere.refusal;
    const name = relayName(challenge_id, elsewhere.relay);
    const answer = await callObject(ctx, RELAY, name, knock);
    if (answer.status === 101) return answer;
    const { refusal } = await answer.json<{ refusal: FollowRefusal }>();
    if (refusal !== "full") return refusal;
  }
  return "unavailable";
}
