import type { UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { openOwnSocket, SEAT_REFUSED } from "./own-socket.client.ts";
import { userObjectErrors } from "./user-object.errors.ts";

/** When a sixth socket may be worth another try. */
const RETRY_SECONDS = 10;

/**
 * Opens the caller's own socket; gives the upgraded answer. Raises `session_ended`, `account_disabled`,
 * `too_many_own_sockets`.
 */
export async function listen(ctx: UserContext): Promise<Response> {
  const answer = await openOwnSocket(ctx);
  if (answer.status === 101) return answer;
  if (answer.status === SEAT_REFUSED.session_ended) throw errors.session_ended();
  if (answer.status === SEAT_REFUSED.account_disabled) throw errors.account_disabled();
  throw userObjectErrors.too_many_own_sockets({ retry_after_seconds: RETRY_SECONDS });
}
