import type { Context as HonoContext } from "hono";
import type { Context, Origin, Quota, UserContext } from "../context.ts";
import { errors } from "../errors.ts";
import type { WorkLog } from "../log.ts";
import type { OnceAnswer, OnceClaim, OnceOutcome } from "../once.ts";

/** How a route lets callers in. */
export type Access =
  /** Anybody. */
  | "public"
  /** A live session; one call to the user's object checks it and counts the rate limit. */
  | "user"
  /** A live session; the route's own call to the user's object checks and counts on its way. */
  | "user_inline"
  /** A live session of an administrator; the role is read anew from MySQL, and the call is audited. */
  | "admin"
  /** The same, but by the token's role where MySQL is away: for what tells that it is. */
  | "admin_anyway"
  /** Like `user`, but a one-time `?ticket=` serves too: browsers set no headers on a WebSocket. */
  | "socket";

/** Turns a request into the context of its caller; raises what keeps the caller out. */
export type Authenticate = (
  c: HonoContext<AppEnv>,
  access: Exclude<Access, "public">,
) => Promise<UserContext>;

/** Writes an administrator's call down, once its answer is known and before it leaves. */
export type NoteAdminCall = (c: HonoContext<AppEnv>, ctx: UserContext) => Promise<void>;

/** Who remembers what was done under a caller's `Idempotency-Key`. */
export type OnceKeeper = {
  /** Admits the caller, counts the request, and says what becomes of it; raises what keeps the caller out. */
  begin(ctx: UserContext, claim: OnceClaim): Promise<OnceOutcome>;
  /** Keeps the answer of the holder's run; null lets the key go, so that the next try runs again. */
  finish(ctx: UserContext, claim: OnceClaim, answer: OnceAnswer | null): Promise<void>;
};

export type AppEnv = {
  Bindings: Env;
  Variables: {
    log: WorkLog;
    origin: Origin;
    quota: { current: Quota | null };
    /** Set by the route's access rule, before its handler. */
    ctx: Context;
    /** All three given by `app.ts`, so that the platform knows no feature. */
    authenticate: Authenticate;
    noteAdminCall: NoteAdminCall;
    onceKeeper: OnceKeeper;
  };
};

/** The context of a public route. */
export function anyContext(c: HonoContext<AppEnv>): Context {
  return c.get("ctx");
}

/** The context of a signed-in caller; the route's access rule has made sure of it. */
export function userContext(c: HonoContext<AppEnv>): UserContext {
  const ctx = c.get("ctx");
  if (ctx.actor.type !== "user") throw errors.access_token_missing();
  return ctx as UserContext;
}
