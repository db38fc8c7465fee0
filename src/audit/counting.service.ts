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
  lastCountedHour,
  oldestId,
  replaceCounts,
} from "./counts.store.ts";
import { instantOfId } from "./id-range.ts";
import {
  DAYS_SHOWN,
  daySums,
  hourOf,
  levelsOf,
  topActions,
  utcDayOf,
  type LogStats,
} from "./summary.ts";

/** Acts come by the queue seconds late: the last closed hours are counted again each time. */
export const RECENT_MS = 2 * HOUR_MS;
/** The queue keeps an act for four days where MySQL is away: once a night all these are counted again. */
export const LATEST_ARRIVAL_MS = 4 * DAY_MS;
const PAGE_MS = DAY_MS;
const FAILURES_MS = DAY_MS;

/**
 * Counts a page (a day) of the closed hours that have no counts yet, and once more what was counted
 * within `again_ms`; goes on after `after`, an instant as text. Repeatable; forgets what is archived.
 */
export async function countPage(
  ctx: Context,
  after: string | null,
  again_ms: number,
): Promise<JobPage> {
  const end = hourOf(ctx.clock.now());
  const from = after === null ? await beginning(ctx, end, again_ms) : Number(after);
  if (from >= end) return { counts: { hours: 0 }, next_after: null };
  const to = Math.min(from + PAGE_MS, end);
  const counts = await countHours(ctx, from, to);
  await withTransaction(ctx, async (tx) => await replaceCounts(tx, from, to, counts));
  return { counts: { hours: (to - from) / HOUR_MS }, next_after: to < end ? String(to) : null };
}

/** Forgets the counts of what is gone, and gives the hour to count from. */
async function beginning(ctx: Context, end: Instant, again_ms: number): Promise<Instant> {
  const [oldest, last] = await Promise.all([oldestId(ctx), lastCountedHour(ctx)]);
  const first_hour = oldest === null ? end : hourOf(instantOfId(oldest));
  await forgetCounts(ctx, first_hour);
  return Math.max(first_hour, Math.min(last ?? first_hour, end - again_ms));
}

/** What the log holds: closed hours by their counts, what came since by a stretch of the primary key. */
export async function logStats(ctx: Context): Promise<LogStats> {
  const now = ctx.clock.now();
  const [oldest_id, last] = await Promise.all([oldestId(ctx), lastCountedHour(ctx)]);
  const oldest = oldest_id === null ? null : instantOfId(oldest_id);
  const first_hour = hourOf(oldest ?? now);
  const uncounted = Math.max(first_hour, last === null ? first_hour : last + HOUR_MS);
  const since = hourOf(now) - FAILURES_MS;
  const first_day = Math.floor(now / DAY_MS) * DAY_MS - (DAYS_SHOWN - 1) * DAY_MS;
  const [all, recent, days, fresh, archived] = await Promise.all([
    countsByAction(ctx, first_hour),
    countsByAction(ctx, Math.max(since, first_hour)),
    countsByDay(ctx, Math.max(first_day, first_hour)),
    oldest === null ? [] : countHours(ctx, uncounted, hourOf(now) + HOUR_MS),
    archivedTotals(ctx),
  ]);
  const counts = [...all, ...fresh];
  const failures = [...recent, ...fresh.filter(({ hour }) => hour >= since)].filter(
    ({ level }) => level !== "info",
  );
  const by_level = levelsOf(counts);
  const { warning, error } = levelsOf(failures);
  return {
    total: by_level.info + by_level.warning + by_level.error,
    by_level,
    by_action: topActions(counts),
    by_day: daySums(
      [...days, ...fresh.map((count) => ({ ...count, date: utcDayOf(count.hour) }))],
      utcDayOf(now),
    ),
    failures: { since, warning, error, by_action: topActions(failures) },
    oldest,
    archived,
  };
}
