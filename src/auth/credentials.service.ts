import type { UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors, invalidField } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { HOUR_MS } from "../platform/time/instant.ts";
import { record, recordSoon } from "../audit/index.ts";
import { mailPause, mayMail, queueMail, wakeMail } from "../mail/index.ts";
import {
  deleteAccount,
  findUser,
  findUserByEmail,
  isErased,
  lockUserByEmail,
  replacePasswordHash,
  tellUser,
  type UserRow,
} from "../users/index.ts";
import { authErrors } from "./auth.errors.ts";
import { endEmailTokens, endSessionsOf, insertEmailToken } from "./auth.store.ts";
import { forgetGuesses, takeGuess } from "./login-guard.client.ts";
import { requireGoodPassword } from "./new-password.ts";
import { addressChangeNotice, passwordChangedMail } from "./notices.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";

/** A token for a new address is good as long as one for the first. */
const CHANGE_HOURS = 24;

/**
 * Sets the caller's new password; their other sessions end and a notice is mailed. Of two changes at
 * once one wins (compare-and-set on the old hash). Raises `invalid_fields`, `too_many_attempts`, `busy`.
 */
export async function changePassword(
  ctx: UserContext,
  current_password: string,
  new_password: string,
): Promise<void> {
  const user = await requireOwner(ctx, "current_password", current_password);
  requireGoodPassword("new_password", new_password, user.email);
  const to = await hashPassword(new_password, { N: ctx.config.SCRYPT_COST });
  let queued = await replacePassword(ctx, user, to);
  if (queued === null) {
    // A sign-in may have stored the same password under another hash: then it is right still.
    const anew = await requireOwner(ctx, "current_password", current_password);
    queued = await replacePassword(ctx, anew, to);
  }
  if (queued === null) throw wrongPassword(ctx, "current_password");
  await tellUser(ctx, user.id);
  wakeMail(ctx, queued);
}

/** Stores a new hash if the user's is still the one that was checked; gives the notice's id, or null if not. */
async function replacePassword(
  ctx: UserContext,
  user: UserRow,
  to: string,
): Promise<string[] | null> {
  return await withTransaction(ctx, async (tx) => {
    const now = tx.clock.now();
    if (!(await replacePasswordHash(tx, user.id, user.password_hash, to))) return null;
    await endEmailTokens(tx, user.id, ["reset", "change"], now);
    await endSessionsOf(tx, user.id, now, "password_changed", ctx.actor.session_id);
    await record(tx, { action: "auth.password_changed" });
    return await queueMail(tx, passwordChangedMail(user, newId(now)));
  });
}

/**
 * Asks for another address: a token goes to the new one, a notice to the old one. An address that is
 * taken is answered alike and gets no token. Raises `invalid_fields`, `too_many_attempts` (also for a
 * second address within a minute, and the sixth within an hour), `busy`.
 */
export async function requestAddressChange(
  ctx: UserContext,
  email: string,
  password: string,
): Promise<void> {
  const user = await requireOwner(ctx, "password", password);
  const taken = await findUserByEmail(ctx, email);
  const asked = await withTransaction(ctx, async (tx) => {
    await lockUserByEmail(tx, user.email);
    // Counted by the notice, which goes out whether or not the new address is taken.
    const wait_ms = await mailPause(tx, user.email, ["address-change-notice"]);
    const mayAsk = wait_ms === 0 && !taken && (await mayMail(tx, email, ["address-change"]));
    // The new address may be somebody else's: it enters the audit once it is confirmed.
    await record(tx, { action: "auth.address_change_asked", context: { is_mailed: mayAsk } });
    if (wait_ms > 0) return { wait_ms, mails: [] };
    const now = tx.clock.now();
    const token_id = newId(now);
    const notice = await queueMail(tx, addressChangeNotice(user, email, token_id));
    if (!mayAsk) return { wait_ms, mails: notice };
    await endEmailTokens(tx, user.id, ["change"], now);
    await insertEmailToken(tx, {
      id: token_id,
      user_id: user.id,
      purpose: "change",
      email,
      created_at: now,
      expires_at: now + CHANGE_HOURS * HOUR_MS,
    });
    const token = await queueMail(tx, {
      dedupe_key: `address-change:${token_id}`,
      user_id: user.id,
      to_address: email,
      kind: "address-change",
      locale: user.locale === "fr" ? "fr" : "en",
      data: {
        display_name: user.display_name,
        new_address: email,
        expires_in_hours: CHANGE_HOURS,
      },
      link: { path: "/verify-email", token: { purpose: "change", payload: token_id } },
    });
    return { wait_ms, mails: [...notice, ...token] };
  });
  if (asked.wait_ms > 0)
    throw authErrors.too_many_attempts({ retry_after_seconds: asked.wait_ms / 1000 });
  wakeMail(ctx, asked.mails);
}

/**
 * Deletes the caller's account: signed out everywhere when this returns, erased within a minute. Asked
 * again by a caller whom their object had not heard of yet, it only makes sure that it has. Raises
 * `invalid_fields`, `too_many_attempts`, `last_admin`, `busy`.
 */
export async function deleteMyAccount(ctx: UserContext, password: string): Promise<void> {
  const user = await findMe(ctx);
  if (isErased(user)) return await tellUser(ctx, user.id);
  await requirePassword(ctx, user, "password", password);
  await forgetGuesses(ctx, user.email);
  if (!(await deleteAccount(ctx, user.id))) throw errors.session_ended();
}

async function findMe(ctx: UserContext): Promise<UserRow> {
  const user = await findUser(ctx, ctx.actor.user_id);
  if (!user) throw errors.session_ended();
  return user;
}

async function requireOwner(ctx: UserContext, field: string, password: string): Promise<UserRow> {
  const user = await findMe(ctx);
  await requirePassword(ctx, user, field, password);
  return user;
}

/** The session is good, so a wrong password is a wrong field and no lost sign-in; guesses are counted. */
async function requirePassword(
  ctx: UserContext,
  user: UserRow,
  field: string,
  password: string,
): Promise<void> {
  const wait_ms = await takeGuess(ctx, user.id);
  if (wait_ms !== null) {
    noteFailure(ctx, field, "too_many_attempts");
    throw authErrors.too_many_attempts({ retry_after_seconds: wait_ms / 1000 });
  }
  if (!(await verifyPassword(password, user.password_hash))) throw wrongPassword(ctx, field);
  await forgetGuesses(ctx, user.id);
}

function wrongPassword(ctx: UserContext, field: string): Error {
  noteFailure(ctx, field, "wrong_password");
  return invalidField(field, "is not the account's password");
}

function noteFailure(ctx: UserContext, field: string, why: string): void {
  recordSoon(ctx, { action: "auth.password_check_failed", context: { field, why } });
}
