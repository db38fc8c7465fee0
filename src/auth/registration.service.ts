import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { newId } from "../platform/ids.ts";
import { HOUR_MS } from "../platform/time/instant.ts";
import { mayMail, queueMail, wakeMail } from "../mail/index.ts";
import {
  insertDayRule,
  insertUser,
  lockUserByEmail,
  updateUser,
  type UserRow,
} from "../users/index.ts";
import { issueEmailToken } from "./auth.store.ts";
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
 * Raises `invalid_fields` for a password that is too weak, `busy`.
 */
export async function register(ctx: Context, input: Registration): Promise<void> {
  requireGoodPassword("password", input.password, input.email);
  // Hashed for known addresses too: the time of an answer must not tell them apart.
  const password_hash = await hashPassword(input.password, { N: ctx.config.SCRYPT_COST });
  const queued = await withTransaction(ctx, async (tx) => {
    const known = await lockUserByEmail(tx, input.email);
    if (known) return await registerAgain(tx, known, input, password_hash);
    const user = newUser(tx, input, password_hash);
    // Somebody registered the same address just now: their row is there, and locked for us to read.
    if (!(await insertUser(tx, user))) {
      const other = await lockUserByEmail(tx, input.email);
      return other ? await registerAgain(tx, other, input, password_hash) : [];
    }
    return await mailVerification(tx, user);
  });
  wakeMail(ctx, queued);
}

/** Mails a new token to an unverified account; for any other address it does nothing, and says nothing. */
export async function resendVerification(ctx: Context, email: string): Promise<void> {
  const queued = await withTransaction(ctx, async (tx) => {
    const user = await lockUserByEmail(tx, email);
    return user && user.email_verified_at === null ? await mailVerification(tx, user) : [];
  });
  wakeMail(ctx, queued);
}

async function registerAgain(
  ctx: Context,
  known: UserRow,
  input: Registration,
  password_hash: string,
): Promise<string[]> {
  if (known.email_verified_at === null) {
    const { display_name, locale, timezone } = input;
    await updateUser(ctx, known.id, ctx.clock.now(), {
      password_hash,
      display_name,
      locale,
      timezone,
    });
    await insertDayRule(ctx, known.id, known.created_at, {
      timezone,
      day_start_minute: known.day_start_minute,
    });
    return await mailVerification(ctx, { ...known, display_name, locale });
  }
  if (!(await mayMail(ctx, known.email, CAPPED_KINDS))) return [];
  return await queueMail(ctx, {
    dedupe_key: `already-registered:${newId(ctx.clock.now())}`,
    user_id: known.id,
    to_address: known.email,
    kind: "already-registered",
    locale: known.locale === "fr" ? "fr" : "en",
    data: { display_name: known.display_name },
    link: null,
  });
}

/** Holding the mail back also leaves the older token good. The caller holds the user's row. */
async function mailVerification(ctx: Context, user: UserRow): Promise<string[]> {
  if (!(await mayMail(ctx, user.email, CAPPED_KINDS))) return [];
  const now = ctx.clock.now();
  const token_id = newId(now);
  await issueEmailToken(ctx, {
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
    limit_emails: true,
    challenge_emails: true,
    version: 1,
    created_at: now,
    updated_at: now,
  };
}
