import { buildContext, type Actor, type UserContext } from "../platform/context.ts";
import { clock } from "../platform/clock.ts";
import { loadConfig } from "../platform/env.ts";
import { errors } from "../platform/errors.ts";
import type { Authenticate } from "../platform/http/app-env.ts";
import { REQUEST_DEADLINE_MS } from "../platform/http/route.ts";
import { admitUser, callAsUser } from "../users/index.ts";
import { verifyAccessToken } from "./access-token.ts";
import { readTicket } from "./ticket.ts";

type UserActor = Extract<Actor, { type: "user" }>;

/**
 * Turns a request into its caller's context: the token is verified without I/O, then one call to the
 * caller's object checks the session and counts the rate limit (a `user_inline` route makes that call
 * itself). Raises `access_token_missing`, `access_token_invalid` and what the object refuses.
 */
export const authenticate: Authenticate = async (c, access) => {
  const config = loadConfig(c.env);
  const contextOf = (actor: UserActor): UserContext =>
    buildContext({
      env: c.env,
      actor,
      log: c.get("log"),
      origin: c.get("origin"),
      quota: c.get("quota"),
      deadline_ms: REQUEST_DEADLINE_MS,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    });

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
  return ctx;
};

function bearerOf(header: string | undefined): string {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? "")?.[1];
  if (token === undefined) {
    throw header === undefined ? errors.access_token_missing() : errors.access_token_invalid();
  }
  return token;
}
