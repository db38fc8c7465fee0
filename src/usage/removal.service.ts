import type { UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors } from "../platform/errors.ts";
import { DAY_MS, type Instant } from "../platform/time/instant.ts";
import { dayBounds, type DayHistory } from "../platform/time/own-day.ts";
import { record, recordByQueue, type Entry } from "../audit/index.ts";
import { callAsUser, dayRulesOf } from "../users/index.ts";
import { Books } from "./books.ts";
import { dailyRows, ownDatesOf } from "./daily-rows.ts";
import type { HeldItem } from "./items.ts";
import {
  heldOf,
  lockActivities,
  lockActivity,
  markDeleted,
  overwriteDailyUsage,
} from "./usage.store.ts";

/**
 * Takes an item of the caller's out of history and statistics; it goes on counting for limits and
 * boards. Their object does it where it still holds the item; one that left it is settled in MySQL,
 * whose days nobody else writes any more. Repeatable. Raises `not_found`.
 */
export async function removeActivity(ctx: UserContext, id: string): Promise<void> {
  const { user_id } = ctx.actor;
  const removed_at = await callAsUser(ctx, async (stub, caller) => await stub.remove(caller, id));
  if (removed_at !== null) return await recordByQueue(ctx, removal(user_id, id, removed_at));
  await withTransaction(ctx, async (tx) => {
    const row = await lockActivity(tx, user_id, id);
    if (!row) throw errors.not_found();
    const now = tx.clock.now();
    const deleted_at = row.deleted_at ?? now;
    await markDeleted(tx, user_id, id, deleted_at);
    await record(tx, removal(user_id, id, deleted_at));
    const history = await dayRulesOf(tx, user_id);
    const item = { ...heldOf(row), deleted_at };
    const books = await booksAround(tx, item, history);
    const rows = dailyRows([item], [], history, (date) =>
      books.of({ key: "shown", history, with_deleted: false }, date),
    );
    await overwriteDailyUsage(tx, user_id, now, rows);
  });
}

/** One act however often it is asked for, and whoever carries it out: object or MySQL. */
function removal(user_id: string, activity_id: string, at: Instant): Entry {
  const once = { key: `${user_id} ${activity_id}`, at };
  return { action: "usage.activity_deleted", context: { activity_id }, once };
}

/** The books of the days that an item touches, from the rows in MySQL; these stay held until the transaction ends. */
async function booksAround(tx: UserContext, item: HeldItem, history: DayHistory): Promise<Books> {
  const bounds = ownDatesOf(item, history).map((date) => dayBounds(date, history));
  const from = Math.min(...bounds.map(({ starts_at }) => starts_at));
  const to = Math.max(...bounds.map(({ ends_at }) => ends_at));
  // What began up to a day before may reach in.
  const rows = await lockActivities(tx, tx.actor.user_id, from - DAY_MS, to);
  const items = rows.map(heldOf);
  return new Books({
    pieces: (from_s, to_s) =>
      items.filter(
        ({ kind, started_s, ended_s }) =>
          kind === "interval" && started_s < to_s && ended_s > from_s,
      ),
    totals: (date) => items.filter((one) => one.kind !== "interval" && one.date === date),
  });
}
