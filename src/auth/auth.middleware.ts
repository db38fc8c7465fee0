import type { Context as HonoContext } from "hono";
import { buildContext, type Actor, type Context, type UserContext } from "../platform/context.ts";
import { clock } from "../platform/clock.ts";
import { loadConfig } from "../platform/env.ts";
import { AppError, errors, type ErrorKind } from "../platform/errors.ts";
import type { AppEnv, Authenticate } from "../platform/http/app-env.ts";
import { REQUEST_DEADLINE_MS } from "../platform/http/route.ts";
import { userMark } from "../platform/seal.ts";
import { admitUser, callAsUser } from "../users/index.ts";
import { requireAdmin, requireAdminAnyway } from "./admin-only.service.ts";
import { verifyAccessToken } from "./access-token.ts";
import { readTicket } from "./ticket.ts";

type UserActor = Extract<Actor, { type: "user" }>;

/**
 * Turns a request into its caller's context: the token is verified without I/O, then one call to the
 * caller's object checks the session and counts the rate limit (a `user_inline` route makes that call
 * itself). An `admin` route also reads the role from MySQL. Raises `access_token_missing`,
 * `access_token_invalid`, `not_allowed` and what the object refuses.
 */
export const authenticate: Authenticate = async (c, access) => {
  const config = loadConfig(c.env);
  const contextOf = (actor: UserActor): UserContext => {
    c.get("log").note({ user: userMark(config, actor.user_id) });
    return buildContext({
      env: c.env,
      actor,
      log: c.get("log"),
      origin: c.get("origin"),
      quota: c.get("quota"),
      deadline_ms: REQUEST_DEADLINE_MS,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    });
  };

  const ticket = access === "socket" ? c.req.query("ticket") : undefined;
  if (ticket !== undefined) {
    const { actor, nonce, good_until } = readTicket(config, ticket);
    const ctx = contextOf(actor);
    const first = await callAsUser(
      ctx,
      async (stub, caller) => await stub.admitTicket(caller, { nonce, good_until }),
    );
    if (!first) throw errors.access_token_invalid();
    return ctx;
  }

  const claims = await verifyAccessToken(
    config,
    clock.now(),
    bearerOf(c.req.header("authorization")),
  );
  const ctx = contextOf({ type: "user", ...claims });
  if (access !== "user_inline") await admitUser(ctx);
  if (access === "admin") await requireAdmin(ctx);
  if (access === "admin_anyway") await requireAdminAnyway(ctx);
  return ctx;
};

/** Of a request whose address or body could not be read: its route's own work has not begun. */
const REFUSED_UNREAD = new Set<ErrorKind>(["invalid", "malformed", "not_found", "not_json"]);

/**
 * Has a request that was refused before its own call to the user's object pass the door all the same:
 * it counts, and an ended session hears of its end before it hears of its fields. Gives the error to
 * answer with.
 */
export async function refusedAtTheDoor(c: HonoContext<AppEnv>, error: AppError): Promise<AppError> {
  const ctx = c.get("ctx") as Context | undefined;
  if (ctx?.actor.type !== "user" || ctx.quota.current !== null || !REFUSED_UNREAD.has(error.kind))
    return error;
  try {
    await admitUser(ctx as UserContext);
    return error;
  } catch (refusal) {
    return refusal instanceof AppError ? refusal : error;
  }
}

function bearerOf(header: string | undefined): string {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? "")?.[1];
  if (token === undefined) {
    throw header === undefined ? errors.access_token_missing() : errors.access_token_invalid();
  }
  return token;
}
