import type { UserContext } from "../platform/context.ts";
import { callObject } from "../platform/objects/call.ts";
import type { OnceAnswer, OnceClaim, OnceOutcome } from "../platform/once.ts";
import { callAsUser } from "../users/index.ts";

/** A run that used up its time still has this long (ms) to let its key go, within the 5 s of an answer. */
const FINISH_MS = 500;

/**
 * Asks the caller's object what becomes of a request under a key. It is the request's admission too:
 * counted whatever the outcome, and raising what `callAsUser` raises.
 */
export async function beginOnce(ctx: UserContext, claim: OnceClaim): Promise<OnceOutcome> {
  return await callAsUser(ctx, async (stub, caller) => await stub.beginOnce(caller, claim));
}

/** Has the caller's object keep the answer of a run, or let its key go (null). Raises `object_unavailable`. */
export async function finishOnce(
  ctx: UserContext,
  claim: OnceClaim,
  answer: OnceAnswer | null,
): Promise<void> {
  const { log, origin, actor, bindings } = ctx;
  const deadline_ms = Math.max(ctx.deadline_ms, log.elapsed() + FINISH_MS);
  await callObject(
    { log, origin, deadline_ms },
    bindings.USER,
    actor.user_id,
    async (stub) => await stub.finishOnce(claim, answer),
  );
}
