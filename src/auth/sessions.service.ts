import type { Context, Role, UserContext } from "../platform/context.ts";
import { requireConfigured } from "../platform/configured.ts";
import { withTransaction } from "../platform/db/database.ts";
import { newId } from "../platform/ids.ts";
import { seal, unseal } from "../platform/seal.ts";
import { DAY_MS, SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { record, recordByQueue, type Entry } from "../audit/index.ts";
import { tellUser } from "../users/index.ts";
import { ACCESS_TOKEN_SECONDS, signAccessToken } from "./access-token.ts";
import { authErrors } from "./auth.errors.ts";
import { endSession, insertSessionIf, rotateSession, sessionWithUser } from "./auth.store.ts";
import { writeTicket } from "./ticket.ts";

/** API.md: a refresh token is good for 7 days. */
export const REFRESH_TOKEN_SECONDS = 604_800;
/** API.md: an answer may be lost; for 10 s the spent token still gives the same successor. */
const GRACE_MS = 10 * SECOND_MS;
/** API.md: a ticket is good for 30 s, once. */
export const TICKET_SECONDS = 30;

/** A pair of tokens, as clients get it. */
export type TokenPair = {
  access_token: string;
  token_type: "Bearer";
  expires_in: number;
  refresh_token: string;
  refresh_expires_in: number;
};

/**
 * Opens a session for a user whose password was right; success is told once their object knows it.
 * Raises `invalid_credentials` where meanwhile another password was set, or the account closed.
 */
export async function openSession(
  ctx: Context,
  user: { id: string; role: Role; password_hash: string },
  device_name: string | null,
): Promise<TokenPair> {
  const now = ctx.clock.now();
  const session_id = newId(now);
  const session = {
    id: session_id,
    user_id: user.id,
    counter: 1,
    rotated_at: now,
    device_name,
    ip: ctx.origin.ip,
    user_agent: ctx.origin.user_agent,
    created_at: now,
    last_seen_at: now,
    expires_at: now + 7 * DAY_MS,
    ended_at: null,
    end_reason: null,
  };
  if (!(await insertSessionIf(ctx, session, user.password_hash)))
    throw authErrors.invalid_credentials();
  await recordByQueue(ctx, {
    action: "auth.logged_in",
    user_id: user.id,
    actor_id: user.id,
    context: { session_id },
  });
  await tellUser(ctx, user.id);
  return await tokenPair(ctx, { user_id: user.id, session_id, role: user.role }, 1);
}

/**
 * Exchanges a refresh token for a new pair. One rotation wins however many ask at once, and for 10 s
 * the others get its successor too; a token spent longer ago is a theft and ends the session.
 * Raises `refresh_token_invalid`, `token_reused`, `not_configured`.
 */
export async function refresh(ctx: Context, refresh_token: string): Promise<TokenPair> {
  requireConfigured(ctx.config);
  const { session_id, counter } = readRefreshToken(ctx, refresh_token);
  const now = ctx.clock.now();
  let found = await sessionWithUser(ctx, session_id);
  if (found && isLive(found, now) && found.session.counter === counter) {
    if (await rotateSession(ctx, session_id, counter, now, now + 7 * DAY_MS)) {
      return await tokenPair(
        ctx,
        { user_id: found.session.user_id, session_id, role: found.role },
        counter + 1,
      );
    }
    found = await sessionWithUser(ctx, session_id);
  }
  if (!found || !isLive(found, now)) {
    // Told again: whoever ended it may have been cut off before the user's object heard.
    if (found) await tellUser(ctx, found.session.user_id);
    throw authErrors.refresh_token_invalid();
  }
  const { session, role } = found;
  if (session.counter === counter + 1 && now - session.rotated_at <= GRACE_MS) {
    return await tokenPair(ctx, { user_id: session.user_id, session_id, role }, session.counter);
  }
  // The token's owner and its thief are not told apart.
  const { user_id } = session;
  await endWith(ctx, session_id, "token_reused", { action: "auth.token_reused", user_id });
  await tellUser(ctx, session.user_id);
  throw authErrors.token_reused();
}

/** Ends the session of a refresh token; one that has ended already is no fault. Raises `refresh_token_invalid`. */
export async function logout(ctx: Context, refresh_token: string): Promise<void> {
  const { session_id } = readRefreshToken(ctx, refresh_token);
  const found = await sessionWithUser(ctx, session_id);
  if (!found) return;
  const { user_id, ended_at } = found.session;
  if (ended_at === null) {
    const entry = { action: "auth.logged_out", user_id, actor_id: user_id } as const;
    await endWith(ctx, session_id, "logout", entry);
  }
  await tellUser(ctx, user_id);
}

/**
 * Ends a session and writes down why; one that has ended already stays as it is. In one transaction,
 * since who asks again is answered alike and leaves no second row.
 */
async function endWith(
  ctx: Context,
  session_id: string,
  reason: string,
  entry: Entry,
): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    if (!(await endSession(tx, session_id, tx.clock.now(), reason))) return;
    await record(tx, { ...entry, context: { session_id } });
  });
}

/** Gives a ticket that opens one socket within 30 s: browsers cannot set headers on a WebSocket. */
export function makeTicket(ctx: UserContext): { ticket: string; expires_in: number } {
  const now = ctx.clock.now();
  const ticket = writeTicket(ctx.config, ctx.actor, newId(now), now + TICKET_SECONDS * SECOND_MS);
  return { ticket, expires_in: TICKET_SECONDS };
}

function readRefreshToken(ctx: Context, token: string): { session_id: string; counter: number } {
  const payload = unseal(ctx.config, "refresh", token);
  const [session_id, counter] = payload?.split(" ") ?? [];
  if (session_id === undefined || counter === undefined) throw authErrors.refresh_token_invalid();
  return { session_id, counter: Number(counter) };
}

function isLive(
  found: { session: { ended_at: Instant | null; expires_at: Instant }; is_active: boolean },
  now: Instant,
): boolean {
  return found.is_active && found.session.ended_at === null && found.session.expires_at > now;
}

async function tokenPair(
  ctx: Context,
  claims: { user_id: string; session_id: string; role: Role },
  counter: number,
): Promise<TokenPair> {
  const now = ctx.clock.now();
  return {
    access_token: await signAccessToken(ctx.config, now, { ...claims, token_id: newId(now) }),
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    refresh_token: seal(ctx.config, "refresh", `${claims.session_id} ${counter}`),
    refresh_expires_in: REFRESH_TOKEN_SECONDS,
  };
}
