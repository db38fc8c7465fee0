import type { Bindings } from "../platform/bindings.ts";
import type { Context, UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { callObject } from "../platform/objects/call.ts";
import type { Admission, Caller, Refusal } from "./admission.ts";

/**
 * Typed by the binding: the object itself (`src/user-object`) is made of features that call it, and
 * none of them depends on its file.
 */
type UserStub = ReturnType<Bindings["USER"]["get"]>;

/** How a challenge of somebody's stands now, and whether it counts otherwise than before. */
export type ChallengeNews = { id: string; status: string; counts_otherwise: boolean };

/**
 * Makes the one call a request makes to its caller's object: the object admits the caller (session,
 * exact rate limit) and does the work in the same breath. Where a request calls more than once, the
 * first call counts it. Raises `session_ended`, `account_disabled`, `rate_limited`,
 * `database_unavailable`, `object_unavailable`.
 */
export async function callAsUser<T>(
  ctx: UserContext,
  work: (stub: UserStub, caller: Caller) => Promise<Admission<T>>,
): Promise<T> {
  const { user_id, session_id } = ctx.actor;
  const is_counted = ctx.quota.current !== null;
  const admission = await callObject(
    ctx,
    ctx.bindings.USER,
    user_id,
    async (stub) => await work(stub, { user_id, session_id, is_counted }),
  );
  ctx.quota.current = admission.quota;
  if (admission.ok) return admission.result;
  throw refusalError(admission.refusal, admission.quota?.reset_seconds);
}

/** Admits the caller of a route whose work does not happen in the object. */
export async function admitUser(ctx: UserContext): Promise<void> {
  await callAsUser(ctx, async (stub, caller) => await stub.admit(caller));
}

/**
 * Tells a user's object that MySQL holds newer facts (sessions, zone, name, memberships); it reads
 * them anew. Repeatable; whoever changed them reports success only after this.
 */
export async function tellUser(
  ctx: Pick<Context, "bindings" | "log" | "origin" | "deadline_ms">,
  user_id: string,
): Promise<void> {
  const told = await callObject(
    ctx,
    ctx.bindings.USER,
    user_id,
    async (stub) => await stub.reload(user_id),
  );
  if (!told) throw errors.database_unavailable();
}

/**
 * Counts a try of an invite code by the caller, known by an id of its own, as a wrong one. Gives null,
 * or ms until one may be tried. Repeatable. Raises `object_unavailable`.
 */
export async function takeCodeTry(ctx: UserContext, try_id: string): Promise<number | null> {
  const { USER } = ctx.bindings;
  const { user_id } = ctx.actor;
  return await callObject(ctx, USER, user_id, async (stub) => await stub.takeCodeTry(try_id));
}

/** Takes a try of the caller's back: the code was not wrong. Repeatable. Raises `object_unavailable`. */
export async function forgiveCodeTry(ctx: UserContext, try_id: string): Promise<void> {
  const { USER } = ctx.bindings;
  const { user_id } = ctx.actor;
  await callObject(ctx, USER, user_id, async (stub) => await stub.forgiveCodeTry(try_id));
}

/**
 * Tells a user's object that a challenge of theirs has changed: the phones that listen hear how it
 * stands, and where it counts otherwise the facts are read anew. Repeatable. Raises `database_unavailable`, `object_unavailable`.
 */
export async function tellOfChallenge(
  ctx: Pick<Context, "bindings" | "log" | "origin" | "deadline_ms">,
  user_id: string,
  challenge: ChallengeNews,
): Promise<void> {
  const told = await callObject(
    ctx,
    ctx.bindings.USER,
    user_id,
    async (stub) => await stub.hearOfChallenge(user_id, challenge),
  );
  if (!told) throw errors.database_unavailable();
}

function refusalError(refusal: Refusal, reset_seconds: number | undefined): Error {
  switch (refusal) {
    case "session_ended":
      return errors.session_ended();
    case "account_disabled":
      return errors.account_disabled();
    case "rate_limited":
      return errors.rate_limited({ retry_after_seconds: reset_seconds ?? 60 });
    case "facts_unavailable":
      return errors.database_unavailable();
  }
}
