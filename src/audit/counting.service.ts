import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { DAY_MS, HOUR_MS, type Instant } from "../platform/time/instant.ts";
import {
  archivedTotals,
  countHours,
  countsByAction,
  countsByDay,
  forgetCounts,
  holdCounts,
  lastCountedHour,
  oldestId,
  replaceCounts,
  sumOfDay,
} from "./counts.store.ts";
import { instantOfId } from "../platform/time/id-instant.ts";
import {
  dayOf,
  DAYS_SHOWN,
  daySums,
  hourOf,
  levelsOf,
  topActions,
  type LogStats,
} from "./summary.ts";

/** Acts come by the queue seconds late: the last closed hours are counted again each time. */
export const RECENT_MS = 2 * HOUR_MS;
/**
 * Once a night all is counted again that may have come since it was counted: the queue keeps an act
 * for four days where MySQL is away, and the nights of a week may have been missed.
 */
export const RECOUNTED_MS = 11 * DAY_MS;
/** A day is the sum of its hours, which are kept while any of them may be counted again. */
const HOURS_KEPT_MS = RECOUNTED_MS + DAY_MS;
const FAILURES_MS = DAY_MS;

/**
 * Counts a page (what is left of a UTC day) of the closed hours that have no counts yet, and once more
 * what was counted within `again_ms`; goes on after `after`, an instant as text. Repeatable; forgets
 * what is archived.
 */
export async function countPage(
  ctx: Context,
  after: string | null,
  again_ms: number,
): Promise<JobPage> {
  const end = hourOf(ctx.clock.now());
  const from = after === null ? await beginning(ctx, end, again_ms) : Number(after);
  if (from >= end) return { counts: { hours: 0 }, next_after: null };
  const day = dayOf(from);
  const to = Math.min(day + DAY_MS, end);
  const counts = await countHours(ctx, from, to);
  await withTransaction(ctx, async (tx) => {
    await holdCounts(tx);
    await replaceCounts(tx, "hour", from, to, counts);
    await replaceCounts(tx, "day", day, day + DAY_MS, await sumOfDay(tx, day));
  });
  return { counts: { hours: (to - from) / HOUR_MS }, next_after: to < end ? String(to) : null };
}

/** Forgets the counts of what is gone, and gives the hour to count from. */
async function beginning(ctx: Context, end: Instant, again_ms: number): Promise<Instant> {
  const [oldest, last] = await Promise.all([oldestId(ctx), lastCountedHour(ctx)]);
  const first_day = oldest === null ? end : dayOf(instantOfId(oldest));
  const hours_kept_from = Math.max(first_day, dayOf(end - HOURS_KEPT_MS));
  await forgetCounts(ctx, "day", first_day);
  await forgetCounts(ctx, "hour", hours_kept_from);
  const from = Math.max(first_day, Math.min(last ?? first_day, end - again_ms));
  return from < hours_kept_from ? dayOf(from) : from;
}

/** What the log holds: closed hours by their counts, what came since by a stretch of the primary key. */
export async function logStats(ctx: Context): Promise<LogStats> {
  const now = ctx.clock.now();
  const [oldest_id, last] = await Promise.all([oldestId(ctx), lastCountedHour(ctx)]);
  const oldest = oldest_id === null ? null : instantOfId(oldest_id);
  const first_day = dayOf(oldest ?? now);
  const uncounted = Math.max(first_day, last === null ? first_day : last + HOUR_MS);
  const since = hourOf(now) - FAILURES_MS;
  const first_shown = dayOf(now) - (DAYS_SHOWN - 1) * DAY_MS;
  const [all, recent, days, fresh, archived] = await Promise.all([
    countsByAction(ctx, "day", first_day),
    countsByAction(ctx, "hour", Math.max(since, first_day)),
    countsByDay(ctx, Math.max(first_shown, first_day)),
    countHours(ctx, uncounted, hourOf(now) + HOUR_MS),
    archivedTotals(ctx),
  ]);
  const counts = [...all, ...fresh];
  const failures = [...recent, ...fresh.filter(({ starts_at }) => starts_at >= since)].filter(
    ({ level }) => level !== "info",
  );
  const by_level = levelsOf(counts);
  const { warning, error } = levelsOf(failures);
  return {
    total: by_level.info + by_level.warning + by_level.error,
    by_level,
    by_action: topActions(counts),
    by_day: daySums([...days, ...fresh], now),
    failures: { since, warning, error, by_action: topActions(failures) },
    oldest,
    archived,
  };
}
