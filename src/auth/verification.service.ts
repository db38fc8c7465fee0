import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { isDuplicate } from "../platform/db/faults.ts";
import { AppError } from "../platform/errors.ts";
import { unseal } from "../platform/seal.ts";
import { record, recordSoon } from "../audit/index.ts";
import { forgetAddress, queueMail, wakeMail } from "../mail/index.ts";
import { findUser, updateUser, type UserRow } from "../users/index.ts";
import { authErrors } from "./auth.errors.ts";
import { findEmailToken, useEmailToken, type EmailTokenRow } from "./auth.store.ts";

/**
 * Confirms the address that a token was mailed to, be it a new account's or an account's new one;
 * gives the account. Good once, also when many ask at once. Raises `token_invalid`.
 */
export async function verifyEmail(ctx: Context, token: string): Promise<UserRow> {
  const token_id = unseal(ctx.config, "verify", token) ?? unseal(ctx.config, "change", token);
  if (token_id === null) throw refused(ctx, null);
  let owner_id: string | null = null;
  try {
    const verified = await withTransaction(ctx, async (tx) => {
      const isUsedUp = !(await useEmailToken(tx, token_id, tx.clock.now()));
      const row = await findEmailToken(tx, token_id);
      owner_id = row?.user_id ?? null;
      const user = row && !isUsedUp ? await findUser(tx, row.user_id) : null;
      if (!row || !user) throw authErrors.token_invalid();
      return row.purpose === "change"
        ? await takeNewAddress(tx, user, row)
        : await confirm(tx, user, row);
    });
    wakeMail(ctx, verified.queued);
    return verified.user;
  } catch (error) {
    const isRefused = error instanceof AppError && error.kind === "malformed";
    throw isRefused ? refused(ctx, owner_id) : error;
  }
}

function refused(ctx: Context, user_id: string | null): AppError {
  const context = { purpose: "verify" };
  recordSoon(ctx, { action: "auth.mail_token_refused", user_id, context });
  return authErrors.token_invalid();
}

type Verified = { user: UserRow; queued: string[] };

async function confirm(ctx: Context, user: UserRow, { email }: EmailTokenRow): Promise<Verified> {
  if (email !== user.email) throw authErrors.token_invalid();
  const now = ctx.clock.now();
  await updateUser(ctx, user.id, now, { email_verified_at: now });
  await record(ctx, { action: "auth.email_verified", user_id: user.id, actor_id: user.id });
  const queued = await queueMail(ctx, {
    dedupe_key: `welcome:${user.id}`,
    user_id: user.id,
    to_address: user.email,
    kind: "welcome",
    locale: user.locale === "fr" ? "fr" : "en",
    data: { display_name: user.display_name },
    link: null,
  });
  return { user: { ...user, email_verified_at: now, updated_at: now }, queued };
}

async function takeNewAddress(
  ctx: Context,
  user: UserRow,
  { email }: EmailTokenRow,
): Promise<Verified> {
  const now = ctx.clock.now();
  try {
    await updateUser(ctx, user.id, now, { email, email_verified_at: now });
  } catch (error) {
    // Another account holds the address by now.
    if (isDuplicate(error, "users_email")) throw authErrors.token_invalid();
    throw error;
  }
  // Nobody's from here on: what Postmark told of it would outlive the account.
  await forgetAddress(ctx, user.email);
  await record(ctx, {
    action: "auth.address_changed",
    user_id: user.id,
    actor_id: user.id,
    personal: { email: { before: user.email, after: email } },
  });
  return { user: { ...user, email, email_verified_at: now, updated_at: now }, queued: [] };
}
