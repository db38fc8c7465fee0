import {
  isMailKind,
  renderMail,
  streamOf,
  type MailData,
  type MailKind,
} from "../../emails/index.ts";
import type { Context } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { logFault } from "../platform/log.ts";
import { seal } from "../platform/seal.ts";
import { HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import {
  dueEmails,
  insertEmails,
  leaseEmails,
  markSent,
  markUndeliverable,
  postpone,
  recentMail,
  type EmailRow,
} from "./mail.store.ts";
import { MAX_ATTEMPTS, pauseAfter, type MailLink, type OutgoingMail } from "./outgoing.ts";
import { sendBatch } from "./postmark.client.ts";

/** API.md: at most one mail a minute and five an hour to one address, each kind by itself. */
const PER_HOUR = 5;
/** Long enough for one call to Postmark and its bookkeeping. */
const LEASE_MS = 60_000;
const BATCH = 500;
const WAKE_IDS = 100;
/** Postmark's code for an address that bounced or complained. */
const INACTIVE = 406;

/** Puts mails into the outbox, in the transaction of their cause; gives their ids for `wakeMail`. */
export async function queueMails(ctx: Context, mails: readonly OutgoingMail[]): Promise<string[]> {
  const now = ctx.clock.now();
  const rows = mails.map(({ data, link, ...mail }): EmailRow => ({
    ...mail,
    id: newId(now),
    data: { ...data, link },
    status: "waiting",
    attempts: 0,
    next_attempt_at: now,
    lease_id: null,
    message_id: null,
    error_code: null,
    created_at: now,
    sent_at: null,
  }));
  if (rows.length > 0) await insertEmails(ctx, rows);
  return rows.map((row) => row.id);
}

/** Puts one mail into the outbox; gives its id for `wakeMail`. */
export async function queueMail(ctx: Context, mail: OutgoingMail): Promise<string[]> {
  return await queueMails(ctx, [mail]);
}

/**
 * Says whether one more mail of these kinds may go to an address now. Exact only while the caller
 * holds the address's user row, so that requests at once are decided one by one.
 */
export async function mayMail(
  ctx: Context,
  to_address: string,
  kinds: readonly MailKind[],
): Promise<boolean> {
  const now = ctx.clock.now();
  const { sent, last_at } = await recentMail(ctx, to_address, kinds, now - HOUR_MS);
  return sent < PER_HOUR && (last_at === null || last_at <= now - MINUTE_MS);
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

/** Sends those of the named mails that are due; gives ms until the next try of any that failed, or null. */
export async function deliver(ctx: Context, ids: readonly string[]): Promise<number | null> {
  let again: number | null = null;
  for (let from = 0; from < ids.length; from += BATCH) {
    const pause = await deliverBatch(ctx, ids.slice(from, from + BATCH));
    if (pause !== null) again = Math.max(again ?? 0, pause);
  }
  return again;
}

/** Sends whatever is overdue, one batch after the other; gives how many were tried. */
export async function sweep(ctx: Context): Promise<{ tried: number }> {
  let tried = 0;
  for (;;) {
    const ids = await dueEmails(ctx, ctx.clock.now(), BATCH);
    if (ids.length === 0) return { tried };
    await deliverBatch(ctx, ids);
    tried += ids.length;
  }
}

async function deliverBatch(ctx: Context, ids: readonly string[]): Promise<number | null> {
  const now = ctx.clock.now();
  const lease = newId(now);
  const rows = await leaseEmails(ctx, ids, lease, now, now + LEASE_MS);
  const writable = rows.flatMap((row) => {
    const message = messageOrNull(ctx, row);
    return message ? [{ row, message }] : [];
  });
  for (const row of rows) {
    if (!writable.some((one) => one.row === row))
      await markUndeliverable(ctx, lease, row.id, "failed", null);
  }
  if (writable.length === 0) return null;
  let outcomes;
  try {
    outcomes = await sendBatch(
      ctx,
      writable.map(({ message }) => message),
    );
  } catch (error) {
    logFault("postmark_failed", error, { mails: writable.length });
    return await tryLater(
      ctx,
      lease,
      writable.map(({ row }) => row),
    );
  }
  const sent = writable.flatMap(({ row }, index) => {
    const outcome = outcomes[index];
    return outcome?.error_code === 0 ? [{ id: row.id, message_id: outcome.message_id }] : [];
  });
  await markSent(ctx, lease, sent, now);
  for (const [index, { row }] of writable.entries()) {
    const code = outcomes[index]?.error_code ?? null;
    if (code !== 0)
      await markUndeliverable(ctx, lease, row.id, code === INACTIVE ? "refused" : "failed", code);
  }
  return null;
}

async function tryLater(
  ctx: Context,
  lease: string,
  rows: readonly EmailRow[],
): Promise<number | null> {
  const hopeless = rows.filter((row) => row.attempts >= MAX_ATTEMPTS);
  for (const row of hopeless) await markUndeliverable(ctx, lease, row.id, "failed", null);
  const others = rows.filter((row) => row.attempts < MAX_ATTEMPTS);
  if (others.length === 0) return null;
  const pause = pauseAfter(Math.max(...others.map((row) => row.attempts)));
  await postpone(
    ctx,
    lease,
    others.map((row) => row.id),
    ctx.clock.now() + pause,
    null,
  );
  return pause;
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

function messageOf(ctx: Context, row: EmailRow) {
  if (!isMailKind(row.kind)) return null;
  const { link, ...data } = row.data as { link: MailLink | null } & Record<string, unknown>;
  const app = ctx.config.APP_URL;
  const links = {
    link: link ? linkOf(ctx, link) : app,
    app_link: app,
    unsubscribe_link: `${app}/settings/mail`,
  };
  const locale = row.locale === "fr" ? "fr" : "en";
  const mail = renderMail(row.kind, locale, { ...data, ...links } as unknown as MailData[MailKind]);
  return {
    From: ctx.config.MAIL_FROM,
    To: row.to_address,
    Subject: mail.subject,
    HtmlBody: mail.html,
    TextBody: mail.text,
    Tag: row.kind,
    Metadata: { outbox_id: row.id },
    MessageStream: streamOf(row.kind) === "broadcast" ? "broadcast" : "outbound",
  };
}

function linkOf(ctx: Context, link: MailLink): string {
  const url = new URL(`${ctx.config.APP_URL.replace(/\/$/, "")}${link.path}`);
  if (link.token)
    url.searchParams.set("token", seal(ctx.config, link.token.purpose, link.token.payload));
  return url.toString();
}
