import type { UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors } from "../platform/errors.ts";
import type { Instant } from "../platform/time/instant.ts";
import { changesOf, record } from "../audit/index.ts";
import { tellUser } from "./user.client.ts";
import type { ProfileChanges } from "./profile.ts";
import { nextReminderAt } from "./reminder-time.ts";
import { findUser, insertDayRule, lockUser, updateUser, type UserRow } from "./users.store.ts";

/** The caller's own account. */
export async function me(ctx: UserContext): Promise<UserRow> {
  const user = await findUser(ctx, ctx.actor.user_id);
  if (!user) throw errors.session_ended();
  return user;
}

/**
 * Changes what it names of the caller's profile and keeps the rest. A new zone or day start holds
 * from now on: what happened before stays booked as it was.
 */
export async function changeProfile(ctx: UserContext, changes: ProfileChanges): Promise<UserRow> {
  const { settings, ...fields } = changes;
  const user_id = ctx.actor.user_id;
  const changed = await withTransaction(ctx, async (tx) => {
    const before = await lockUser(tx, user_id);
    if (!before) throw errors.session_ended();
    // Read once the row is held: of two changes, the one that comes second also holds from later on.
    const now = tx.clock.now();
    await updateUser(tx, user_id, now, {
      ...fields,
      limit_emails: settings?.limit_emails,
      challenge_emails: settings?.challenge_emails,
      reminder_enabled: settings?.daily_reminder?.enabled,
      reminder_time: settings?.daily_reminder?.time,
      reminder_due_at: nextReminder(before, changes, now),
    });
    const { timezone = before.timezone, day_start_minute = before.day_start_minute } = fields;
    if (timezone !== before.timezone || day_start_minute !== before.day_start_minute) {
      await insertDayRule(tx, user_id, now, { timezone, day_start_minute });
    }
    const after = await me(tx);
    const differing = changesOf(audited(before), audited(after));
    if (differing) {
      const { fields: names, ...personal } = differing;
      await record(tx, { action: "users.changed", context: { fields: names }, personal });
    }
    return after;
  });
  await tellUser(ctx, user_id);
  return changed;
}

/** What a person changes of their profile; all of it tells of them. */
function audited(user: UserRow) {
  const { display_name, timezone, day_start_minute, week_start, locale } = user;
  const { limit_emails, challenge_emails, reminder_enabled, reminder_time } = user;
  return {
    display_name,
    timezone,
    day_start_minute,
    week_start,
    locale,
    limit_emails,
    challenge_emails,
    reminder_enabled,
    reminder_time,
  };
}

/** When the reminder is due next, where a change moves that; null where none is wanted. */
function nextReminder(
  before: UserRow,
  { timezone, settings }: ProfileChanges,
  now: Instant,
): Instant | null | undefined {
  const { enabled = before.reminder_enabled, time = before.reminder_time } =
    settings?.daily_reminder ?? {};
  const wanted = { timezone: timezone ?? before.timezone, reminder_time: time };
  if (!enabled) return null;
  const isSame =
    before.reminder_enabled &&
    wanted.timezone === before.timezone &&
    wanted.reminder_time === before.reminder_time;
  return isSame ? undefined : nextReminderAt(now, wanted);
}
