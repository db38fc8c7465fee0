import { and, asc, eq, gt, inArray, isNull, lte, max, or, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { jobRuns } from "./jobs.table.ts";

type Store = { readonly db: Db };
export type JobRun = typeof jobRuns.$inferSelect;
/** Which run: a job, and the instant of its trigger. */
export type RunKey = Pick<JobRun, "job" | "window_start">;

/** Opens runs; one that is open, or over, is left as it is. */
export async function openRuns(ctx: Store, runs: readonly JobRun[]): Promise<void> {
  if (runs.length === 0) return;
  await ctx.db
    .insert(jobRuns)
    .values([...runs])
    .onDuplicateKeyUpdate({ set: { job: sql`${jobRuns.job}` } });
}

/**
 * Leases a run that is not over and that nobody holds, or only whoever left the lease `key` bears; null
 * where there is nothing to do.
 */
export async function leaseRun(
  ctx: Store,
  key: RunKey & { lease_id?: string | undefined },
  lease_id: string,
  now: Instant,
  lease_until: Instant,
): Promise<JobRun | null> {
  const isLeft = key.lease_id === undefined ? undefined : eq(jobRuns.lease_id, key.lease_id);
  const leased = await ctx.db
    .update(jobRuns)
    .set({ lease_id, lease_until })
    .where(and(isRun(key), isNull(jobRuns.ended_at), or(lte(jobRuns.lease_until, now), isLeft)));
  if (leased.rowsAffected === 0) return null;
  const rows = await ctx.db.select().from(jobRuns).where(isRun(key));
  return rows[0]?.lease_id === lease_id ? rows[0] : null;
}

/** Writes down how far a run has come; says whether it was still held under this lease. */
export async function saveRun(
  ctx: Store,
  key: RunKey,
  lease_id: string,
  changes: Partial<Omit<JobRun, "job" | "window_start" | "started_at">>,
): Promise<boolean> {
  const saved = await ctx.db
    .update(jobRuns)
    .set(changes)
    .where(and(isRun(key), eq(jobRuns.lease_id, lease_id)));
  return saved.rowsAffected > 0;
}

/** Runs since `since` that are not over and that nobody holds, oldest first. */
export async function openRunsSince(
  ctx: Store,
  since: Instant,
  now: Instant,
  limit: number,
): Promise<RunKey[]> {
  return await ctx.db
    .select({ job: jobRuns.job, window_start: jobRuns.window_start })
    .from(jobRuns)
    .where(
      and(isNull(jobRuns.ended_at), gt(jobRuns.window_start, since), lte(jobRuns.lease_until, now)),
    )
    .orderBy(asc(jobRuns.window_start))
    .limit(limit);
}

/** The latest run of each job. */
export async function latestRuns(ctx: Store): Promise<JobRun[]> {
  const latest = await ctx.db
    .select({ job: jobRuns.job, window_start: max(jobRuns.window_start) })
    .from(jobRuns)
    .groupBy(jobRuns.job);
  const windows = latest.flatMap(({ window_start }) =>
    window_start === null ? [] : [window_start],
  );
  if (windows.length === 0) return [];
  const rows = await ctx.db
    .select()
    .from(jobRuns)
    .where(
      and(
        inArray(
          jobRuns.job,
          latest.map(({ job }) => job),
        ),
        inArray(jobRuns.window_start, windows),
      ),
    )
    .orderBy(asc(jobRuns.job));
  return rows.filter((row) =>
    latest.some(({ job, window_start }) => job === row.job && window_start === row.window_start),
  );
}

/** When each job last ended a run, of those that ended since `since`. */
export async function latestEnds(
  ctx: Store,
  since: Instant,
): Promise<{ job: string; ended_at: Instant }[]> {
  const rows = await ctx.db
    .select({ job: jobRuns.job, ended_at: max(jobRuns.ended_at) })
    .from(jobRuns)
    .where(gt(jobRuns.ended_at, since))
    .groupBy(jobRuns.job);
  return rows.flatMap(({ job, ended_at }) => (ended_at === null ? [] : [{ job, ended_at }]));
}

/** Forgets at most `limit` runs of windows before `before`; gives how many. */
export async function forgetRuns(ctx: Store, before: Instant, limit: number): Promise<number> {
  const keys = await ctx.db
    .select({ job: jobRuns.job, window_start: jobRuns.window_start })
    .from(jobRuns)
    .where(lte(jobRuns.window_start, before))
    .orderBy(asc(jobRuns.job), asc(jobRuns.window_start))
    .limit(limit);
  if (keys.length === 0) return 0;
  await ctx.db
    .delete(jobRuns)
    .where(
      and(
        inArray(jobRuns.job, [...new Set(keys.map(({ job }) => job))]),
        inArray(jobRuns.window_start, [...new Set(keys.map((key) => key.window_start))]),
        lte(jobRuns.window_start, before),
      ),
    );
  return keys.length;
}

function isRun({ job, window_start }: RunKey) {
  return and(eq(jobRuns.job, job), eq(jobRuns.window_start, window_start));
}
