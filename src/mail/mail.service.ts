import { isMailKind, type MailKind } from "../../emails/index.ts";
import { clock, stopwatch } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import { requireConfigured } from "../platform/configured.ts";
import { withTransaction } from "../platform/db/database.ts";
import { newId } from "../platform/ids.ts";
import { instantOfId } from "../platform/time/id-instant.ts";
import { logFault } from "../platform/log.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { record } from "../audit/index.ts";
import { dropFarewells } from "./erasure.store.ts";
import { lockAccountAt, markAddresses } from "./addresses.store.ts";
import {
  countWaiting,
  dueEmails,
  insertEmails,
  leaseEmails,
  markSent,
  markDropped,
  markUndeliverable,
  nextAttempt,
  postpone,
  recentMail,
  type EmailRow,
} from "./mail.store.ts";
import { messageOf, streamNameOf } from "./message.service.ts";
import { MAX_ATTEMPTS, pauseAfter, type OutgoingMail } from "./outgoing.ts";
import { sendBatch, type Outcome } from "./postmark.client.ts";
import { unwantedOf } from "./unwanted.service.ts";

/** API.md: at most one mail a minute and five an hour to one address, each kind by itself. */
const PER_HOUR = 5;
/** The second half is for one call to Postmark (10 s) and its bookkeeping (18 s where every try hangs). */
const LEASE_MS = 60_000;
const BATCH = 500;
const WAKE_IDS = 100;
/** Pauses before a lease, or what became of a mail, is written down again. */
const NOTE_PAUSES_MS = [200, 1_000, 5_000];
/** Postmark's codes that no later try can change: the address is refused (406) or is none (300). */
const HOPELESS: Record<number, "failed" | "refused" | undefined> = {
  300: "failed",
  406: "refused",
};

/** Puts mails into the outbox, in the transaction of their cause; gives their ids for `wakeMail`. */
export async function queueMails(ctx: Context, mails: readonly OutgoingMail[]): Promise<string[]> {
  const now = ctx.clock.now();
  // A job's instant is its trigger's; a mail that waits for a later one than the clock's would lie.
  const next_attempt_at = Math.min(now, clock.now());
  const rows = mails.map(({ data, link, good_until = null, ...mail }): EmailRow => ({
    ...mail,
    id: newId(now),
    data: { ...data, link },
    status: "waiting",
    attempts: 0,
    next_attempt_at,
    good_until,
    lease_id: null,
    message_id: null,
    error_code: null,
    created_at: now,
    sent_at: null,
    delivered_at: null,
  }));
  if (rows.length > 0) await insertEmails(ctx, rows);
  return rows.map((row) => row.id);
}

/** Puts one mail into the outbox; gives its id for `wakeMail`. */
export async function queueMail(ctx: Context, mail: OutgoingMail): Promise<string[]> {
  return await queueMails(ctx, [mail]);
}

/**
 * Gives ms until one more mail of these kinds may go to an address, 0 for now. Exact only while the
 * caller holds the address's user row, so that requests at once are decided one by one.
 */
export async function mailPause(
  ctx: Context,
  to_address: string,
  kinds: readonly MailKind[],
): Promise<number> {
  const now = ctx.clock.now();
  const { sent, first_at, last_at } = await recentMail(ctx, to_address, kinds, now - HOUR_MS);
  if (first_at === null || last_at === null) return 0;
  const free_at = Math.max(last_at + MINUTE_MS, sent < PER_HOUR ? 0 : first_at + HOUR_MS);
  return Math.max(0, free_at - now);
}

/** Says whether one more mail of these kinds may go to an address now; exact as `mailPause` is. */
export async function mayMail(
  ctx: Context,
  to_address: string,
  kinds: readonly MailKind[],
): Promise<boolean> {
  return (await mailPause(ctx, to_address, kinds)) === 0;
}

/** How many mails wait to be sent, and since when the oldest does (null where none waits). */
export async function outboxDepth(
  ctx: Context,
): Promise<{ mails: number; oldest_at: Instant | null }> {
  const { mails, first_id } = await countWaiting(ctx);
  return { mails, oldest_at: first_id === null ? null : instantOfId(first_id) };
}

/** Wakes the sender after the commit; where that fails, the sweep finds the rows. */
export function wakeMail(ctx: Context, ids: readonly string[]): void {
  for (let from = 0; from < ids.length; from += WAKE_IDS) {
    ctx.afterwards(
      "mail_not_woken",
      ctx.bindings.MAIL_QUEUE.send({ ids: ids.slice(from, from + WAKE_IDS) }),
    );
  }
}

/**
 * Sends those of the named mails that are due. Gives ms until those that are still waiting are due
 * again (a try that failed, another sender's lease), or null where none is left.
 */
export async function deliver(ctx: Context, ids: readonly string[]): Promise<number | null> {
  for (let from = 0; from < ids.length; from += BATCH) {
    await deliverBatch(ctx, ids.slice(from, from + BATCH));
  }
  const next = await nextAttempt(ctx, ids);
  return next === null ? null : Math.max(SECOND_MS, next - clock.now());
}

/** Sends whatever is overdue, one batch after the other; gives how many were tried. */
export async function sweep(ctx: Context): Promise<{ tried: number }> {
  let tried = 0;
  for (;;) {
    const batch = await sweepOnce(ctx);
    tried += batch.tried;
    if (batch.is_all) return { tried };
  }
}

/**
 * Sends one batch of what is overdue; gives how many were tried, and whether that was all. A farewell
 * is given up after a day: nothing may keep the address of a deleted account for long.
 */
export async function sweepOnce(ctx: Context): Promise<{ tried: number; is_all: boolean }> {
  // In a transaction for its tries: mails that are queued meanwhile may cross it.
  await withTransaction(ctx, async (tx) => await dropFarewells(tx, clock.now() - DAY_MS));
  const ids = await dueEmails(ctx, clock.now(), BATCH);
  if (ids.length > 0) await deliverBatch(ctx, ids);
  return { tried: ids.length, is_all: ids.length < BATCH };
}

/**
 * Leases by the clock, not by a trigger's instant: a late sweep must not lease into the past. Raises
 * `not_configured` before it leases: what cannot be written now waits, and is not lost.
 */
async function deliverBatch(ctx: Context, ids: readonly string[]): Promise<void> {
  requireConfigured(ctx.config, "POSTMARK_TOKEN", "MAIL_FROM", "APP_URL", "JWT_SECRET");
  const now = clock.now();
  const from = stopwatch();
  const lease = newId(now);
  const leased = await writeDown(
    async () => await leaseEmails(ctx, ids, lease, now, now + LEASE_MS),
  );
  const unwanted = await unwantedOf(ctx, leased, now);
  await writeDown(async () => await markDropped(ctx, lease, [...unwanted]));
  const rows = leased.filter(({ id }) => !unwanted.has(id));
  const mails = rows.map((row) => ({ row, message: messageOrNull(ctx, row) }));
  const writable = mails.flatMap(({ row, message }) => (message ? [{ row, message }] : []));
  for (const { row, message } of mails) {
    if (!message)
      await writeDown(async () => await markUndeliverable(ctx, lease, row.id, "failed", null));
  }
  // Whoever comes to it later could still be sending when the next one leases it.
  const isLate = stopwatch() - from > LEASE_MS / 2;
  if (writable.length === 0 || isLate) return;
  let outcomes: Outcome[];
  try {
    outcomes = await sendBatch(
      ctx,
      writable.map(({ message }) => message),
    );
  } catch (error) {
    logFault("postmark_failed", error, { mails: writable.length });
    await tryLater(
      ctx,
      lease,
      writable.map(({ row }) => ({ row, error_code: null })),
    );
    return;
  }
  await noteOutcomes(
    ctx,
    lease,
    writable.map(({ row }, index) => ({ row, outcome: outcomes[index] ?? null })),
  );
}

type Judged = { row: EmailRow; outcome: Outcome | null };

async function noteOutcomes(ctx: Context, lease: string, judged: readonly Judged[]): Promise<void> {
  const sent = judged.flatMap(({ row, outcome }) =>
    outcome?.error_code === 0 ? [{ id: row.id, message_id: outcome.message_id }] : [],
  );
  await writeDown(async () => await markSent(ctx, lease, sent, clock.now()));
  const later = [];
  for (const { row, outcome } of judged) {
    const error_code = outcome?.error_code ?? null;
    if (error_code === 0) continue;
    const status = error_code === null ? undefined : HOPELESS[error_code];
    if (!status) {
      later.push({ row, error_code });
      continue;
    }
    await writeDown(async () => await markUndeliverable(ctx, lease, row.id, status, error_code));
    if (status === "refused") await writeDown(async () => await markRefused(ctx, row));
  }
  await tryLater(ctx, lease, later);
}

/** Postmark has the address on its list: asking again by the same stream would change nothing. */
async function markRefused(ctx: Context, row: EmailRow): Promise<void> {
  if (!isMailKind(row.kind)) return;
  const { to_address: address } = row;
  const stream = streamNameOf(row.kind);
  const since = clock.now();
  const state = "refused";
  await withTransaction(ctx, async (tx) => {
    const user_id = await lockAccountAt(tx, address);
    // A farewell's reader is gone, and a new address is nobody's until it is confirmed.
    if (user_id === null) return;
    await markAddresses(tx, [{ address, stream, state, since }]);
    const context = { stream, state };
    await record(tx, { action: "mail.address_marked", user_id, context, personal: { address } });
  });
}

async function tryLater(
  ctx: Context,
  lease: string,
  failed: readonly { row: EmailRow; error_code: number | null }[],
): Promise<void> {
  for (const { row, error_code } of failed) {
    await writeDown(async () => {
      if (row.attempts >= MAX_ATTEMPTS) {
        await markUndeliverable(ctx, lease, row.id, "failed", error_code);
      } else {
        await postpone(ctx, lease, row.id, clock.now() + pauseAfter(row.attempts), error_code);
      }
    });
  }
}

/**
 * Writes down a lease or what became of a mail, and tries again where the database hiccups: forgetting
 * that a mail was accepted would send it twice. Safe to repeat, since each lease has a name of its own.
 */
async function writeDown<T>(write: () => Promise<T>): Promise<T> {
  for (const pause_ms of NOTE_PAUSES_MS) {
    try {
      return await write();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
    }
  }
  return await write();
}

/** A row that cannot be written must not hold up the others. */
function messageOrNull(ctx: Context, row: EmailRow) {
  try {
    return messageOf(ctx, row);
  } catch (error) {
    logFault("mail_not_written", error, { kind: row.kind });
    return null;
  }
}
