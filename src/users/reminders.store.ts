import { and, asc, eq, gt, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { users } from "./users.table.ts";

type Store = { readonly db: Db };

/** What a reminder needs to know of its reader. */
const reader = {
  id: users.id,
  email: users.email,
  display_name: users.display_name,
  locale: users.locale,
  is_active: users.is_active,
  email_verified_at: users.email_verified_at,
  timezone: users.timezone,
  day_start_minute: users.day_start_minute,
  reminder_time: users.reminder_time,
  reminder_due_at: users.reminder_due_at,
};

/** The place of a reminder in the order in which they are due. */
export type DueKey = { due_at: Instant; id: string };

/** A page of those whose reminder is due at `now`, the longest due first. */
export async function dueReaders(ctx: Store, now: Instant, after: DueKey | null, limit: number) {
  const { id, reminder_due_at, reminder_enabled } = users;
  const rows = await ctx.db
    .select(reader)
    .from(users)
    .where(
      and(
        eq(reminder_enabled, true),
        lte(reminder_due_at, now),
        after === null
          ? undefined
          : or(
              gt(reminder_due_at, after.due_at),
              and(eq(reminder_due_at, after.due_at), gt(id, after.id)),
            ),
      ),
    )
    .orderBy(asc(reminder_due_at), asc(id))
    .limit(limit);
  return rows.flatMap((row) =>
    row.reminder_due_at === null ? [] : [{ ...row, reminder_due_at: row.reminder_due_at }],
  );
}

/** Some of those who want reminders, but for whom it was never reckoned when. */
export async function unarmedReaders(ctx: Store, limit: number) {
  return await ctx.db
    .select(reader)
    .from(users)
    .where(and(eq(users.reminder_enabled, true), isNull(users.reminder_due_at)))
    .limit(limit);
}

/**
 * Sets when reminders are due next, each for one that was due at `now` or never reckoned. Whoever has
 * changed their settings meanwhile keeps what followed from that.
 */
export async function setNextReminders(
  ctx: Store,
  now: Instant,
  next: readonly DueKey[],
): Promise<void> {
  if (next.length === 0) return;
  const { id, reminder_due_at } = users;
  const cases = next.map(
    (key) => sql`when ${key.id} then ${sql.param(key.due_at, reminder_due_at)}`,
  );
  await ctx.db
    .update(users)
    .set({ reminder_due_at: sql`case ${id} ${sql.join(cases, sql` `)} end` })
    .where(
      and(
        inArray(
          id,
          next.map((key) => key.id),
        ),
        eq(users.reminder_enabled, true),
        or(lte(reminder_due_at, now), isNull(reminder_due_at)),
      ),
    );
}
