import { and, asc, count, eq, gt, inArray, isNull, lte, max, min, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { emails } from "./mail.table.ts";
import { FAREWELL } from "./outgoing.ts";

export type EmailRow = typeof emails.$inferSelect;
type Store = { readonly db: Db };

/** Adds mails to the outbox; one whose `dedupe_key` is there already is left as it is. */
export async function insertEmails(ctx: Store, rows: EmailRow[]): Promise<void> {
  await ctx.db
    .insert(emails)
    .values(rows)
    .onDuplicateKeyUpdate({ set: { dedupe_key: sql`${emails.dedupe_key}` } });
}

/** How many mails of these kinds went to an address since `since`, and when the first and the last of them did. */
export async function recentMail(
  ctx: Store,
  to_address: string,
  kinds: readonly string[],
  since: Instant,
): Promise<{ sent: number; first_at: Instant | null; last_at: Instant | null }> {
  const { created_at } = emails;
  const rows = await ctx.db
    .select({ sent: count(), first_at: min(created_at), last_at: max(created_at) })
    .from(emails)
    .where(
      and(
        eq(emails.to_address, to_address),
        inArray(emails.kind, [...kinds]),
        gt(created_at, since),
      ),
    );
  return rows[0] ?? { sent: 0, first_at: null, last_at: null };
}

/**
 * Leases those of the named mails that are due, until `until`; a second sender gets none of them. The
 * same lease may be asked for again where an answer was lost.
 */
export async function leaseEmails(
  ctx: Store,
  ids: readonly string[],
  lease_id: string,
  now: Instant,
  until: Instant,
): Promise<EmailRow[]> {
  if (ids.length === 0) return [];
  await ctx.db
    .update(emails)
    .set({ lease_id, next_attempt_at: until, attempts: sql`${emails.attempts} + 1` })
    .where(
      and(
        inArray(emails.id, [...ids]),
        eq(emails.status, "waiting"),
        lte(emails.next_attempt_at, now),
      ),
    );
  return await ctx.db.select().from(emails).where(eq(emails.lease_id, lease_id));
}

/** What a mail said, names of others among it, is not kept once it waits no more; nor whom a farewell was for. */
const forgotten = {
  data: {},
  to_address: sql`case ${emails.kind} when ${FAREWELL} then '' else ${emails.to_address} end`,
};

/** Notes that a leased mail was accepted. */
export async function markSent(
  ctx: Store,
  lease_id: string,
  sent: readonly { id: string; message_id: string }[],
  now: Instant,
) {
  if (sent.length === 0) return;
  const cases = sent.map(({ id, message_id }) => sql`when ${id} then ${message_id}`);
  await ctx.db
    .update(emails)
    .set({
      status: "sent",
      sent_at: now,
      lease_id: null,
      ...forgotten,
      message_id: sql`case ${emails.id} ${sql.join(cases, sql` `)} end`,
    })
    .where(
      and(
        eq(emails.lease_id, lease_id),
        inArray(
          emails.id,
          sent.map(({ id }) => id),
        ),
      ),
    );
}

/** Notes that a leased mail will never be sent, and why (Postmark's error code). */
export async function markUndeliverable(
  ctx: Store,
  lease_id: string,
  id: string,
  status: "failed" | "refused",
  error_code: number | null,
): Promise<void> {
  await ctx.db
    .update(emails)
    .set({ status, error_code, lease_id: null, ...forgotten })
    .where(and(eq(emails.lease_id, lease_id), eq(emails.id, id)));
}

/** Notes that leased mails are not to be sent any more. */
export async function markDropped(ctx: Store, lease_id: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await ctx.db
    .update(emails)
    .set({ status: "dropped", lease_id: null, ...forgotten })
    .where(and(eq(emails.lease_id, lease_id), inArray(emails.id, ids)));
}

/**
 * Notes that a mail has reached its reader's server. One that still waits, because the answer to its
 * sending was lost, was sent after all.
 */
export async function markDelivered(
  ctx: Store,
  id: string,
  message_id: string,
  delivered_at: Instant,
): Promise<void> {
  await ctx.db
    .update(emails)
    .set({
      delivered_at,
      message_id,
      sent_at: sql`coalesce(${emails.sent_at}, ${sql.param(delivered_at, emails.sent_at)})`,
      status: "sent",
      lease_id: null,
      ...forgotten,
    })
    .where(
      and(
        eq(emails.id, id),
        inArray(emails.status, ["waiting", "sent"]),
        isNull(emails.delivered_at),
      ),
    );
}

/** Gives a leased mail back, to be tried again at `next_attempt_at`. */
export async function postpone(
  ctx: Store,
  lease_id: string,
  id: string,
  next_attempt_at: Instant,
  error_code: number | null,
): Promise<void> {
  await ctx.db
    .update(emails)
    .set({ next_attempt_at, error_code, lease_id: null })
    .where(and(eq(emails.lease_id, lease_id), eq(emails.id, id)));
}

/** When the latest of those of the named mails that still wait may be tried; null where none waits. */
export async function nextAttempt(ctx: Store, ids: readonly string[]): Promise<Instant | null> {
  if (ids.length === 0) return null;
  const rows = await ctx.db
    .select({ next: max(emails.next_attempt_at) })
    .from(emails)
    .where(and(inArray(emails.id, [...ids]), eq(emails.status, "waiting")));
  return rows[0]?.next ?? null;
}

/** The ids of mails that are overdue, oldest first. */
export async function dueEmails(ctx: Store, now: Instant, limit: number): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: emails.id })
    .from(emails)
    .where(and(eq(emails.status, "waiting"), lte(emails.next_attempt_at, now)))
    .orderBy(asc(emails.next_attempt_at))
    .limit(limit);
  return rows.map((row) => row.id);
}

/** How many mails wait, and the smallest of their ids, which is that of the oldest; read from an index alone. */
export async function countWaiting(
  ctx: Store,
): Promise<{ mails: number; first_id: string | null }> {
  const rows = await ctx.db
    .select({ mails: count(), first_id: min(emails.id) })
    .from(emails)
    .where(eq(emails.status, "waiting"));
  return rows[0] ?? { mails: 0, first_id: null };
}

/** When mails were queued, by their `dedupe_key`; those that never were are missing. */
export async function queuedAt(
  ctx: Store,
  dedupe_keys: readonly string[],
): Promise<Map<string, Instant>> {
  if (dedupe_keys.length === 0) return new Map();
  const rows = await ctx.db
    .select({ dedupe_key: emails.dedupe_key, created_at: emails.created_at })
    .from(emails)
    .where(inArray(emails.dedupe_key, [...dedupe_keys]));
  return new Map(rows.map((row) => [row.dedupe_key, row.created_at]));
}

/** Deletes at most `limit` mails that are done with and were last tried before `before`; gives how many. */
export async function deleteOldEmails(ctx: Store, before: Instant, limit: number): Promise<number> {
  const rows = await ctx.db
    .select({ id: emails.id })
    .from(emails)
    .where(
      and(
        inArray(emails.status, ["sent", "failed", "refused", "dropped"]),
        lte(emails.next_attempt_at, before),
      ),
    )
    .limit(limit);
  if (rows.length === 0) return 0;
  await ctx.db.delete(emails).where(
    inArray(
      emails.id,
      rows.map(({ id }) => id),
    ),
  );
  return rows.length;
}
