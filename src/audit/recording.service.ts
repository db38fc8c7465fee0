import type { Context } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { logFault } from "../platform/log.ts";
import { rowOf, type Entry, type LogRow } from "./entry.ts";
import { insertLogs, knownUsers } from "./recording.store.ts";

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
    await insertLogs(ctx, [row]);
  }
}

/** The same behind the answer: for what nobody may be kept waiting for, as a refused sign-in. */
export function recordSoon(ctx: Context, entry: Entry): void {
  ctx.afterwards("audit_lost", recordByQueue(ctx, entry));
}

/**
 * Takes acts out of the queue into MySQL. Repeatable. Who was erased meanwhile is left out: their
 * id and their place would otherwise come back.
 */
export async function takeIn(ctx: Context, rows: readonly LogRow[]): Promise<void> {
  const named = rows.flatMap(({ user_id, actor_id }) => [user_id, actor_id]);
  const known = await knownUsers(ctx, [...new Set(named.filter((id) => id !== null))]);
  await insertLogs(
    ctx,
    rows.map((row) => withoutTheErased(row, known)),
  );
}

function withoutTheErased(row: LogRow, known: ReadonlySet<string>): LogRow {
  const isGone = (id: string | null) => id !== null && !known.has(id);
  if (!isGone(row.user_id) && !isGone(row.actor_id)) return row;
  return {
    ...row,
    user_id: isGone(row.user_id) ? null : row.user_id,
    actor_id: isGone(row.actor_id) ? null : row.actor_id,
    ...(isGone(row.actor_id ?? row.user_id) ? { ip: null, user_agent: null } : {}),
    personal: isGone(row.user_id) ? null : row.personal,
  };
}

function rowFor(ctx: Context, entry: Entry): LogRow {
  const now = ctx.clock.now();
  return rowOf(entry, ctx, newId(now), now);
}
