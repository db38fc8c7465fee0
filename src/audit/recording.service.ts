import type { Context } from "../platform/context.ts";
import { derivedId, newId } from "../platform/ids.ts";
import { logFault } from "../platform/log.ts";
import { rowOf, type Entry, type LogRow } from "./entry.ts";
import { goneOf, insertLogs } from "./recording.store.ts";
import { scrub } from "./scrub.ts";

/** Writes acts down in the caller's transaction: they stand if, and only if, what they tell of stands. */
export async function record(tx: Context, ...entries: Entry[]): Promise<void> {
  await insertLogs(
    tx,
    entries.map((entry) => rowFor(tx, entry)),
  );
}

/**
 * Hands an act that has no transaction to the audit's queue, which writes it down with others at once;
 * where the queue is away it is written straight into MySQL. Raises only where both are away.
 */
export async function recordByQueue(ctx: Context, entry: Entry): Promise<void> {
  const row = rowFor(ctx, entry);
  try {
    await ctx.bindings.AUDIT_QUEUE.send(row);
  } catch (error) {
    logFault("audit_queue_away", error, { action: row.action });
    await takeIn(ctx, [row]);
  }
}

/** The same behind the answer: for what nobody may be kept waiting for, as a refused sign-in. */
export function recordSoon(ctx: Context, entry: Entry): void {
  ctx.afterwards("audit_lost", recordByQueue(ctx, entry));
}

/**
 * Takes acts out of the queue into MySQL. Repeatable. Whoever was deleted meanwhile goes by their
 * pseudonym, or by none: their id and their place would otherwise come back.
 */
export async function takeIn(ctx: Context, rows: readonly LogRow[]): Promise<void> {
  const people = rows.flatMap(({ user_id, actor_id }) => [user_id, actor_id]);
  const gone = await goneOf(ctx, [...new Set(people.filter((id) => id !== null))]);
  await insertLogs(
    ctx,
    rows.map((row) => scrub(row, gone)),
  );
}

function rowFor(ctx: Context, entry: Entry): LogRow {
  const { once } = entry;
  const now = ctx.clock.now();
  const id = once ? derivedId(once.at, `${entry.action} ${once.key}`) : newId(now);
  return rowOf(entry, ctx, id, once?.at ?? now);
}
