import { limitsOn, rulesOfAll } from "../blocking/index.ts";
import { runningOf } from "../challenges/index.ts";
import type { JobPage } from "../jobs/index.ts";
import { queueMails, wakeMail, type OutgoingMail } from "../mail/index.ts";
import { clock } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { HOUR_MS, type Instant } from "../platform/time/instant.ts";
import { ownDateOf } from "../platform/time/own-day.ts";
import { totalsBetween } from "../usage/index.ts";
import {
  dueReaders,
  nextReminderAt,
  setNextReminders,
  unarmedReaders,
  type DueKey,
} from "../users/index.ts";
import { contentOf, datesOf } from "./content.ts";

const PAGE = 250;
const ARMED_AT_ONCE = 1_000;
/** What a run begins with: those for whom it was never reckoned when, such as imported accounts. */
const ARMING = "arming";
/** A reminder that is this late says nothing any more, and is left out. */
const STALE_MS = HOUR_MS;
/** What was in time may wait so long for Postmark. */
const WORTH_SENDING_MS = 2 * HOUR_MS;

type Reader = Awaited<ReturnType<typeof dueReaders>>[number];

/**
 * One page of the reminders that are due at the trigger's instant: each reader gets one mail for an
 * own date, and is due again the next day. What was missed by more than an hour is left out. Harmless
 * twice, late or cut off: the mails and the next dates are one transaction.
 */
export async function remindPage(ctx: Context, after: string | null): Promise<JobPage> {
  const now = ctx.clock.now();
  if (after === null || after === ARMING) {
    const armed = await armNewReaders(ctx, now);
    if (armed === ARMED_AT_ONCE) return { counts: { armed }, next_after: ARMING };
  }
  const due = await dueReaders(ctx, now, readKey(after), PAGE);
  const fresh_since = Math.max(now, clock.now()) - STALE_MS;
  const readers = due.filter(
    (one) => one.is_active && one.email_verified_at !== null && one.reminder_due_at >= fresh_since,
  );
  const mails = await writeMails(ctx, readers);
  const queued = await withTransaction(ctx, async (tx) => {
    await setNextReminders(tx, now, nextOf(due, now));
    return await queueMails(tx, mails);
  });
  wakeMail(ctx, queued);
  const last = due.at(-1);
  return {
    counts: { due: due.length, mailed: readers.length },
    next_after: last && due.length === PAGE ? writeKey(last) : null,
  };
}

/** Reckons the first reminder of some who have come to want them otherwise than by their settings. */
async function armNewReaders(ctx: Context, now: Instant): Promise<number> {
  const unarmed = await unarmedReaders(ctx, ARMED_AT_ONCE);
  await setNextReminders(ctx, now, nextOf(unarmed, now));
  return unarmed.length;
}

async function writeMails(ctx: Context, readers: readonly Reader[]): Promise<OutgoingMail[]> {
  const dated = readers.map((reader) => ({
    reader,
    today: ownDateOf(reader.reminder_due_at, reader),
  }));
  const dates = dated.map(({ today }) => datesOf(today));
  const from = dates.map((span) => span.from).sort()[0];
  const to = dates
    .map((span) => span.to)
    .sort()
    .at(-1);
  if (from === undefined || to === undefined) return [];
  const ids = readers.map(({ id }) => id);
  const [totals, playing, rules] = await Promise.all([
    totalsBetween(ctx, ids, from, to),
    runningOf(ctx, ids),
    rulesOfAll(ctx, ids),
  ]);
  const totalsOf = Map.groupBy(totals, ({ user_id }) => user_id);
  const playingOf = Map.groupBy(playing, ({ user_id }) => user_id);
  return dated.map(({ reader, today }) => ({
    dedupe_key: `daily-reminder/${reader.id}/${today}`,
    user_id: reader.id,
    to_address: reader.email,
    kind: "daily-reminder",
    locale: reader.locale === "fr" ? "fr" : "en",
    data: contentOf(
      reader.display_name,
      today,
      totalsOf.get(reader.id) ?? [],
      playingOf.get(reader.id) ?? [],
      limitsOn(rules.get(reader.id) ?? [], today, reader.reminder_due_at, [
        { since: 0, ...reader },
      ]),
    ),
    link: null,
    good_until: reader.reminder_due_at + WORTH_SENDING_MS,
  }));
}

function nextOf(
  readers: readonly { id: string; timezone: string; reminder_time: string }[],
  now: Instant,
): DueKey[] {
  return readers.map((reader) => ({ id: reader.id, due_at: nextReminderAt(now, reader) }));
}

function writeKey({ id, reminder_due_at }: Reader): string {
  return `${reminder_due_at} ${id}`;
}

function readKey(after: string | null): DueKey | null {
  const [due_at, id] = after?.split(" ") ?? [];
  // While arming, no reminder has been gone through yet: there is no second part.
  return due_at === undefined || id === undefined ? null : { due_at: Number(due_at), id };
}
