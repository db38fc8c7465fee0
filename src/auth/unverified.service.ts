import type { JobPage } from "../jobs/index.ts";
import { forgetInAudit, record } from "../audit/index.ts";
import { queuedAt, queueMails, wakeMail, type OutgoingMail } from "../mail/index.ts";
import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { newId } from "../platform/ids.ts";
import { DAY_MS, HOUR_MS } from "../platform/time/instant.ts";
import { insertEmailTokens } from "./auth.store.ts";
import { holdersOfVerifyTokens } from "./retention.store.ts";
import {
  pageOfUnverified,
  removeUnverified,
  type Unverified,
  type UnverifiedKey,
} from "./unverified.store.ts";

/** An account that nobody confirms is warned of its end after so long, and ends after that. */
const WARNED_AFTER_MS = 11 * DAY_MS;
const REMOVED_AFTER_MS = 14 * DAY_MS;
const DAYS_LEFT = 3;
/** API.md: a verification token is good for 24 h. */
const VERIFY_HOURS = 24;
const PAGE = 100;

/**
 * One page of the accounts whose addresses were never confirmed: those of 11 days are mailed a warning
 * with a way to stay, those of 14 days that were warned three days ago are removed. Whoever holds a
 * token that is still good is left in peace. Harmless twice, late or cut off.
 */
export async function tendUnverified(ctx: Context, after: string | null): Promise<JobPage> {
  const now = ctx.clock.now();
  const page = await pageOfUnverified(ctx, now - WARNED_AFTER_MS, readKey(after), PAGE);
  const [warned_at, holders] = await Promise.all([
    queuedAt(ctx, page.map(warningKey)),
    holdersOfVerifyTokens(
      ctx,
      page.map(({ id }) => id),
      now,
    ),
  ]);
  const idle = page.filter(({ id }) => !holders.has(id));
  const unwarned = idle.filter((user) => !warned_at.has(warningKey(user)));
  const over = idle.filter((user) => {
    const warned = warned_at.get(warningKey(user));
    const isWarnedLongAgo = warned !== undefined && warned <= now - DAYS_LEFT * DAY_MS;
    return isWarnedLongAgo && user.created_at <= now - REMOVED_AFTER_MS;
  });
  const removed = await remove(
    ctx,
    over.map(({ id }) => id),
  );
  await warn(ctx, unwarned);
  const last = page.at(-1);
  return {
    counts: { warned: unwarned.length, removed },
    next_after: last && page.length === PAGE ? `${last.created_at} ${last.id}` : null,
  };
}

/** Gives how many it removed. The audit forgets them first: once they are gone, nobody finds them again. */
async function remove(ctx: Context, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  await forgetInAudit(ctx, ids);
  return await withTransaction(ctx, async (tx) => {
    const accounts = await removeUnverified(tx, ids);
    if (accounts > 0) {
      await record(tx, { action: "users.unverified_removed", context: { accounts } });
    }
    return accounts;
  });
}

async function warn(ctx: Context, users: readonly Unverified[]): Promise<void> {
  if (users.length === 0) return;
  const now = ctx.clock.now();
  const issued = users.map((user) => ({ user, token_id: newId(now) }));
  const queued = await withTransaction(ctx, async (tx) => {
    await insertEmailTokens(
      tx,
      issued.map(({ user, token_id }) => ({
        id: token_id,
        user_id: user.id,
        purpose: "verify" as const,
        email: user.email,
        created_at: now,
        expires_at: now + VERIFY_HOURS * HOUR_MS,
      })),
    );
    return await queueMails(
      tx,
      issued.map(({ user, token_id }) => warningMail(user, token_id)),
    );
  });
  wakeMail(ctx, queued);
}

function warningMail(user: Unverified, token_id: string): OutgoingMail {
  return {
    dedupe_key: warningKey(user),
    user_id: user.id,
    to_address: user.email,
    kind: "unverified-warning",
    locale: user.locale === "fr" ? "fr" : "en",
    data: {
      display_name: user.display_name,
      days_left: DAYS_LEFT,
      expires_in_hours: VERIFY_HOURS,
    },
    link: { path: "/verify-email", token: { purpose: "verify", payload: token_id } },
  };
}

function warningKey({ id }: Pick<Unverified, "id">): string {
  return `unverified-warning/${id}`;
}

function readKey(after: string | null): UnverifiedKey | null {
  const [created_at, id] = after?.split(" ") ?? [];
  return created_at === undefined || id === undefined
    ? null
    : { created_at: Number(created_at), id };
}
