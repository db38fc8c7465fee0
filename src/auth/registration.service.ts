import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { requireConfigured } from "../platform/configured.ts";
import { newId } from "../platform/ids.ts";
import { HOUR_MS } from "../platform/time/instant.ts";
import { record } from "../audit/index.ts";
import { mayMail, queueMail, wakeMail } from "../mail/index.ts";
import {
  insertDayRule,
  insertOrLockUser,
  lockUserByEmail,
  updateUser,
  type UserRow,
} from "../users/index.ts";
import { endEmailTokens, insertEmailToken } from "./auth.store.ts";
import { requireGoodPassword } from "./new-password.ts";
import { hashPassword } from "./passwords.ts";

/** API.md: a verification token is good for 24 h. */
const VERIFY_HOURS = 24;
const CAPPED_KINDS = ["verification", "already-registered"] as const;

export type Registration = {
  email: string;
  password: string;
  display_name: string;
  timezone: string;
  locale: "en" | "fr";
};

/**
 * Registers an address and mails it a token; does and answers alike whether or not it is known.
 * An unverified account takes the new password and name; a verified one gets a mail that says so.
 * Raises `invalid_fields` for a password that is too weak, `busy`, `not_configured`.
 */
export async function register(ctx: Context, input: Registration): Promise<void> {
  requireConfigured(ctx.config);
  requireGoodPassword("password", input.password, input.email);
  // Hashed for known addresses too: the time of an answer must not tell them apart.
  const password_hash = await hashPassword(input.password, { N: ctx.config.SCRYPT_COST });
  const queued = await withTransaction(ctx, async (tx) => {
    const { user, is_new } = await insertOrLockUser(tx, newUser(tx, input, password_hash));
    if (is_new) {
      await record(tx, { action: "auth.registered", user_id: user.id });
      return await mailVerification(tx, user, true);
    }
    return await registerAgain(tx, user, input, password_hash);
  });
  wakeMail(ctx, queued);
}

/** Mails a new token to an unverified account; for any other address it does nothing, and says nothing. */
export async function resendVerification(ctx: Context, email: string): Promise<void> {
  requireConfigured(ctx.config);
  const queued = await withTransaction(ctx, async (tx) => {
    const user = await lockUserByEmail(tx, email);
    const isMailed = user?.email_verified_at === null && (await mayMail(tx, email, CAPPED_KINDS));
    await record(tx, {
      action: "auth.verification_asked",
      user_id: user?.id ?? null,
      context: { is_mailed: isMailed },
    });
    if (!user || !isMailed) return [];
    return await mailVerification(tx, user, false);
  });
  wakeMail(ctx, queued);
}

/**
 * Where the mail is held back nothing changes: the token that is on its way must not confirm a
 * password that somebody else sent after it.
 */
async function registerAgain(
  ctx: Context,
  known: UserRow,
  input: Registration,
  password_hash: string,
): Promise<string[]> {
  const isMailed = await mayMail(ctx, known.email, CAPPED_KINDS);
  const isVerified = known.email_verified_at !== null;
  await record(ctx, {
    action: "auth.registered_again",
    user_id: known.id,
    // Whoever registers sets password and name anew, but for an address that somebody confirmed.
    context: { is_mailed: isMailed, is_replaced: isMailed && !isVerified },
  });
  if (!isMailed) return [];
  const now = ctx.clock.now();
  if (!isVerified) {
    const { display_name, locale, timezone } = input;
    const { day_start_minute } = known;
    await updateUser(ctx, known.id, now, { password_hash, display_name, locale, timezone });
    await insertDayRule(ctx, known.id, known.created_at, { timezone, day_start_minute });
    return await mailVerification(ctx, { ...known, display_name, locale }, false);
  }
  return await queueMail(ctx, {
    dedupe_key: `already-registered:${newId(now)}`,
    user_id: known.id,
    to_address: known.email,
    kind: "already-registered",
    locale: known.locale === "fr" ? "fr" : "en",
    data: { display_name: known.display_name },
    link: null,
  });
}

/** Issues a token and queues its mail; the caller holds the user's row and has asked whether it may. */
async function mailVerification(ctx: Context, user: UserRow, is_first: boolean): Promise<string[]> {
  const now = ctx.clock.now();
  const token_id = newId(now);
  // A new account has no older tokens to end, and looking for them would lock where others insert.
  if (!is_first) await endEmailTokens(ctx, user.id, ["verify"], now);
  await insertEmailToken(ctx, {
    id: token_id,
    user_id: user.id,
    purpose: "verify",
    email: user.email,
    created_at: now,
    expires_at: now + VERIFY_HOURS * HOUR_MS,
  });
  return await queueMail(ctx, {
    dedupe_key: `verification:${token_id}`,
    user_id: user.id,
    to_address: user.email,
    kind: "verification",
    locale: user.locale === "fr" ? "fr" : "en",
    data: { display_name: user.display_name, expires_in_hours: VERIFY_HOURS },
    link: { path: "/verify-email", token: { purpose: "verify", payload: token_id } },
  });
}

function newUser(ctx: Context, input: Registration, password_hash: string): UserRow {
  const now = ctx.clock.now();
  const { email, display_name, timezone, locale } = input;
  return {
    id: newId(now),
    email,
    password_hash,
    display_name,
    role: "user",
    is_active: true,
    email_verified_at: null,
    avatar_key: null,
    timezone,
    day_start_minute: 0,
    week_start: 1,
    locale,
    reminder_enabled: false,
    reminder_time: "20:00",
    reminder_due_at: null,
    limit_emails: true,
    challenge_emails: true,
    version: 1,
    created_at: now,
    updated_at: now,
  };
}
