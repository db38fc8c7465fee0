import type { UserContext } from "../platform/context.ts";
import { callObject } from "../platform/objects/call.ts";
import type { LiveSeat } from "./live.part.ts";

/** Says who takes a seat. Only the Worker can set it: it builds the request that the object sees. */
export const SEAT_HEADER = "x-seat";
/** The object's answers to those whom it gives no seat. */
export const SEAT_REFUSED = { session_ended: 401, account_disabled: 403 } as const;

/** Opens a socket on the caller's own object; gives the upgraded answer, or 401, 403 or 429. Raises `object_unavailable`. */
export async function openOwnSocket(ctx: UserContext): Promise<Response> {
  const { user_id, session_id, expires_at } = ctx.actor;
  const seat: LiveSeat = { user_id, session_id, expires_at };
  const headers = { upgrade: "websocket", [SEAT_HEADER]: JSON.stringify(seat) };
  return await callObject(
    ctx,
    ctx.bindings.USER,
    user_id,
    async (user) => await user.fetch("https://user/live", { headers }),
  );
}
