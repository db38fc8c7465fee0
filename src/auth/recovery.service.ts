import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { requireConfigured } from "../platform/configured.ts";
import { newId } from "../platform/ids.ts";
import { unseal } from "../platform/seal.ts";
import { HOUR_MS } from "../platform/time/instant.ts";
import { record, recordSoon } from "../audit/index.ts";
import { mayMail, queueMail, wakeMail } from "../mail/index.ts";
import { findUser, lockUserByEmail, tellUser, updateUser } from "../users/index.ts";
import { authErrors } from "./auth.errors.ts";
import {
  endEmailTokens,
  endSessionsOf,
  findEmailToken,
  insertEmailToken,
  useEmailToken,
} from "./auth.store.ts";
import { forgetGuesses } from "./login-guard.client.ts";
import { requireGoodPassword } from "./new-password.ts";
import { passwordChangedMail } from "./notices.ts";
import { hashPassword } from "./passwords.ts";

/** API.md: a reset token is good for 1 h. */
const RESET_HOURS = 1;

/** Mails a reset token to an active account; for any other address it does nothing, and says nothing. */
export async function forgotPassword(ctx: Context, email: string): Promise<void> {
  requireConfigured(ctx.config);
  const queued = await withTransaction(ctx, async (tx) => {
    const user = await lockUserByEmail(tx, email);
    const isMailed = user?.is_active === true && (await mayMail(tx, email, ["password-reset"]));
    const context = { is_mailed: isMailed };
    await record(tx, {
      action: "auth.password_reset_asked",
      user_id: user?.id ?? null,
      context,
    });
    if (!user || !isMailed) return [];
    const now = tx.clock.now();
    const token_id = newId(now);
    await endEmailTokens(tx, user.id, ["reset"], now);
    await insertEmailToken(tx, {
      id: token_id,
      user_id: user.id,
      purpose: "reset",
      email,
      created_at: now,
      expires_at: now + RESET_HOURS * HOUR_MS,
    });
    return await queueMail(tx, {
      dedupe_key: `password-reset:${token_id}`,
      user_id: user.id,
      to_address: email,
      kind: "password-reset",
      locale: user.locale === "fr" ? "fr" : "en",
      data: { display_name: user.display_name, expires_in_hours: RESET_HOURS },
      link: { path: "/reset-password", token: { purpose: "reset", payload: token_id } },
    });
  });
  wakeMail(ctx, queued);
}

/**
 * Sets a new password by a mailed token; every session of the user ends and a notice is mailed. Who
 * reads the mail also confirms the address. Raises `token_invalid`, `invalid_fields`, `busy`.
 */
export async function resetPassword(
  ctx: Context,
  token: string,
  new_password: string,
): Promise<void> {
  const token_id = unseal(ctx.config, "reset", token);
  const row = token_id === null ? null : await findEmailToken(ctx, token_id);
  const user = row ? await findUser(ctx, row.user_id) : null;
  // Looked at before the hash, so that a worn-out token costs none; used up after it, in one statement.
  if (!row || !user?.is_active || row.email !== user.email || !isGood(row, ctx.clock.now())) {
    // Used just now, perhaps by a call whose answer was lost before the user's object heard of it.
    if (row?.used_at) await tellUser(ctx, row.user_id);
    throw refused(ctx, row?.user_id ?? null);
  }
  requireGoodPassword("password", new_password, user.email);
  const password_hash = await hashPassword(new_password, { N: ctx.config.SCRYPT_COST });
  const queued = await withTransaction(ctx, async (tx) => {
    const now = tx.clock.now();
    if (!(await useEmailToken(tx, row.id, now))) throw refused(ctx, user.id);
    const email_verified_at = user.email_verified_at ?? now;
    await updateUser(tx, user.id, now, { password_hash, email_verified_at });
    // A pending change of address may be a thief's: the notice of it advised this very step.
    await endEmailTokens(tx, user.id, ["reset", "change"], now);
    await endSessionsOf(tx, user.id, now, "password_reset");
    await record(tx, { action: "auth.password_reset", user_id: user.id, actor_id: user.id });
    return await queueMail(tx, passwordChangedMail(user, `reset:${row.id}`));
  });
  await tellUser(ctx, user.id);
  await forgetGuesses(ctx, user.email);
  wakeMail(ctx, queued);
}

function refused(ctx: Context, user_id: string | null): Error {
  const context = { purpose: "reset" };
  recordSoon(ctx, { action: "auth.mail_token_refused", user_id, context });
  return authErrors.token_invalid();
}

function isGood(
  row: { used_at: number | null; replaced_at: number | null; expires_at: number },
  now: number,
): boolean {
  return row.used_at === null && row.replaced_at === null && row.expires_at > now;
}
