import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors } from "../platform/errors.ts";
import { readPart, writePart } from "./archive.client.ts";
import { announcePart, deleteLogs, logsBetween, oldestLogs } from "./archive.store.ts";
import { firstIdAt } from "../platform/time/id-instant.ts";
import { endOfKept, LEAST_DAYS, type CleanUp } from "./keeping.ts";
import { cutPart, PART_ROWS, partName, peopleIn } from "./part.ts";
import { record } from "./recording.service.ts";

/** A request begins no new part after so long: one takes about half a second, four seconds are there. */
const CLEANUP_MS = 1_500;

type Moved = { last_id: string; deleted: number };

/** A page of the nightly job: archives one part of what is older than 90 days, after the id `after`. */
export async function archivePage(ctx: Context, after: string | null): Promise<JobPage> {
  const before = firstIdAt(endOfKept(ctx.clock.now(), LEAST_DAYS));
  const moved = await moveNextPart(ctx, after ?? "", before);
  if (!moved) return { counts: {}, next_after: null };
  return { counts: { parts: 1, entries: moved.deleted }, next_after: moved.last_id };
}

/**
 * Archives what is older than so many days, never less than 90, and deletes it from MySQL: as many
 * parts as a request has time for. The calls that removed something are in the log, and so is each
 * part. Raises `storage_unavailable`, `database_unavailable`: what was done until then stands.
 */
export async function cleanUp(ctx: Context, older_than_days: number): Promise<CleanUp> {
  const before = firstIdAt(endOfKept(ctx.clock.now(), older_than_days));
  const done: CleanUp = { archived: 0, deleted: 0, remaining: false };
  let after = "";
  for (;;) {
    if (ctx.log.elapsed() > CLEANUP_MS) {
      done.remaining = (await oldestLogs(ctx, after, before, 1)).length > 0;
      break;
    }
    const moved = await moveNextPart(ctx, after, before);
    if (!moved) break;
    after = moved.last_id;
    if (moved.deleted > 0) done.archived += 1;
    done.deleted += moved.deleted;
  }
  await record(ctx, {
    action: "audit.cleaned_up",
    user_id: null,
    context: { older_than_days, ...done },
  });
  return done;
}

/**
 * Moves the oldest acts after one id and before another, a part of them, from MySQL into the
 * archive; null where there are none. May die anywhere and be done by several at once: the part is announced
 * with whom it names before anything is read for it, so that an erasure finds it; it is stored once,
 * under a name that its ids give; and what is deleted is what it holds.
 */
async function moveNextPart(ctx: Context, after: string, before: string): Promise<Moved | null> {
  const named = cutPart(await oldestLogs(ctx, after, before, PART_ROWS));
  const [first, last] = [named[0], named.at(-1)];
  if (!first || !last) return null;
  const name = partName(first.id, last.id);
  const bounds = { first_id: first.id, last_id: last.id };
  const created_at = ctx.clock.now();
  await withTransaction(ctx, async (tx) => {
    const part = { name, ...bounds, entries: named.length, created_at };
    await announcePart(tx, part, peopleIn(named));
  });
  const held = await storePart(
    ctx,
    name,
    named.map(({ id }) => id),
    bounds,
  );
  const deleted = await withTransaction(ctx, async (tx) => {
    const count = await deleteLogs(tx, held);
    if (count > 0) {
      const context = { part: name, entries: count };
      await record(tx, { action: "audit.archived", user_id: null, context });
    }
    return count;
  });
  return { last_id: last.id, deleted };
}

/** Has a part stored, unless it is; gives the ids that it holds. */
async function storePart(
  ctx: Context,
  name: string,
  ids: readonly string[],
  { first_id, last_id }: { first_id: string; last_id: string },
): Promise<string[]> {
  const wanted = new Set(ids);
  // Read after the announcement: who was erased before it is not in these rows, later ones find the part.
  const rows = (await logsBetween(ctx, first_id, last_id)).filter(({ id }) => wanted.has(id));
  // Where some are gone, somebody else has stored the part and deleted them.
  if (rows.length === ids.length && (await writePart(ctx, name, rows, null))) return [...ids];
  const stored = await readPart(ctx, name);
  if (!stored) throw errors.storage_unavailable();
  return stored.rows.map(({ id }) => id);
}
