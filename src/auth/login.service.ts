import type { Context } from "../platform/context.ts";
import { requireConfigured } from "../platform/configured.ts";
import { errors, type AppError } from "../platform/errors.ts";
import { logFault } from "../platform/log.ts";
import { recordByQueue, recordSoon } from "../audit/index.ts";
import { findUser, findUserByEmail, replacePasswordHash, type UserRow } from "../users/index.ts";
import { authErrors } from "./auth.errors.ts";
import { forgetGuesses, takeGuess } from "./login-guard.client.ts";
import {
  hashPassword,
  leaveTurn,
  needsRehash,
  takeTurn,
  verifyNothing,
  verifyPassword,
} from "./passwords.ts";
import { Refusals } from "./refusals.ts";
import { openSession, type TokenPair } from "./sessions.service.ts";

/** Of this isolate: a flood of guesses must cost no look-up and no row each. */
const refusals = new Refusals();

export type Login = { email: string; password: string; device_name: string | null };

/**
 * Signs in by address and password. An unknown address and a wrong password are answered alike, by
 * content and by time. Raises `invalid_credentials`, and after a right password only
 * `email_not_verified`, `account_disabled`; `too_many_attempts` where the address was guessed at,
 * `busy` where the line of hashes is too long, `not_configured`.
 */
export async function login(
  ctx: Context,
  input: Login,
): Promise<{ tokens: TokenPair; user: UserRow }> {
  requireConfigured(ctx.config);
  const cost = { N: ctx.config.SCRYPT_COST };
  // Before anything else: a flood is turned away at no cost, and nothing of it depends on the address.
  const turn = takeTurn(cost);
  const wait_ms = await takeGuess(ctx, input.email);
  if (wait_ms !== null) {
    leaveTurn(turn);
    const refused_guesses = refusals.take(input.email, ctx.clock.now());
    if (refused_guesses !== null)
      ctx.afterwards("audit_lost", noteTooMany(ctx, input.email, refused_guesses));
    throw authErrors.too_many_attempts({ retry_after_seconds: wait_ms / 1000 });
  }
  const user = await findUserByEmail(ctx, input.email);
  const right = user
    ? await verifyPassword(input.password, user.password_hash, turn)
    : await verifyNothing(input.password, cost, turn);
  if (!user || !right) {
    const context = { why: user ? "wrong_password" : "unknown_address" };
    recordSoon(ctx, { action: "auth.login_failed", user_id: user?.id ?? null, context });
    throw authErrors.invalid_credentials();
  }
  await forgetGuesses(ctx, input.email);
  if (user.email_verified_at === null) throw refused(ctx, user, authErrors.email_not_verified());
  if (!user.is_active) throw refused(ctx, user, errors.account_disabled());
  const password_hash = needsRehash(user.password_hash, cost)
    ? await rehash(ctx, user, input.password)
    : user.password_hash;
  const tokens = await openSession(ctx, { ...user, password_hash }, input.device_name);
  return { tokens, user };
}

/** The password was right, so it is the owner whom this keeps out. */
function refused(ctx: Context, { id }: UserRow, error: AppError): AppError {
  const context = { why: error.code };
  recordSoon(ctx, { action: "auth.login_refused", user_id: id, actor_id: id, context });
  return error;
}

/** Behind the answer, which must cost nothing. While MySQL is away nobody can say whose address it is. */
async function noteTooMany(ctx: Context, email: string, guesses: number): Promise<void> {
  let user_id: string | null = null;
  try {
    user_id = (await findUserByEmail(ctx, email))?.id ?? null;
  } catch (error) {
    logFault("audit_subject_unknown", error);
  }
  const context = { why: "too_many_attempts", guesses };
  await recordByQueue(ctx, { action: "auth.login_refused", user_id, context });
}

/**
 * Stores a right password's hash anew, in place of the very one that it was checked against; gives the
 * hash that stands now. Raises
 * `invalid_credentials` where meanwhile another password was set; another sign-in's rehash is welcome.
 */
async function rehash(ctx: Context, user: UserRow, password: string): Promise<string> {
  const to = await hashPassword(password, { N: ctx.config.SCRYPT_COST });
  if (await replacePasswordHash(ctx, user.id, user.password_hash, to)) return to;
  const current = (await findUser(ctx, user.id))?.password_hash ?? null;
  if (current === null || !(await verifyPassword(password, current)))
    throw authErrors.invalid_credentials();
  return current;
}
