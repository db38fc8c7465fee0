import { clock } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import { describeError } from "../platform/describe-error.ts";
import { newId } from "../platform/ids.ts";
import { logFault } from "../platform/log.ts";
import { counter } from "../platform/metrics/metric.ts";
import { DAY_MS, MINUTE_MS, type Instant } from "../platform/time/instant.ts";
import {
  forgetRuns,
  latestEnds,
  latestRuns,
  leaseRun,
  openRuns,
  openRunsSince,
  saveRun,
  type JobRun,
  type RunKey,
} from "./jobs.store.ts";
import { summed, type JobPage, type PagedJob } from "./page.ts";

export type { RunKey } from "./jobs.store.ts";

/** Longer than an invocation may live: whoever still holds a lease then is dead. */
const LEASE_MS = 10 * MINUTE_MS;
/** A run that failed is taken up by the next trigger but for this one's own. */
const PAUSE_AFTER_FAILURE_MS = MINUTE_MS;
/** Whatever kept MySQL from answering is often over by then. */
const PAUSE_UNSAVED_SECONDS = 30;
/** A run older than this is left as it is: later windows have done its work. */
const TAKEN_UP_MS = 2 * DAY_MS;
const TAKEN_UP_AT_ONCE = 50;
const LONGEST_ERROR = 200;
/** The rarest job runs once a day. */
const ENDED_WITHIN_MS = 3 * DAY_MS;

const failed = counter("focus_job_failures_total", "Pages of jobs that failed.", ["job"]);

/** How a try at a run ended: over; more pages left; nothing to do here; failed, to be taken up later. */
export type Progress =
  | { state: "over" | "more" | "not_ours" | "failed" }
  /** How far it came could not be written down: whoever knows its lease may go on at once. */
  | { state: "unsaved"; lease_id: string };

/** The window a trigger's instant stands for: a cron's minute. */
export function windowOf(instant: Instant): Instant {
  return Math.floor(instant / MINUTE_MS) * MINUTE_MS;
}

/** Opens the runs of these jobs for a window, unless they are there already. Repeatable. */
export async function open(
  ctx: Context,
  jobs: readonly string[],
  window_start: Instant,
): Promise<void> {
  const now = clock.now();
  const fresh = jobs.map((job): JobRun => ({
    job,
    window_start,
    started_at: now,
    ended_at: null,
    lease_id: null,
    lease_until: now,
    next_after: null,
    pages: 0,
    failures: 0,
    counts: {},
    error: null,
  }));
  await openRuns(ctx, fresh);
}

/**
 * Goes on with a run from where it stopped, page after page, for about `budget_ms`. Of several at
 * once only one does anything, unless it comes with the lease of one that is `unsaved`. What died
 * half-way begins with the page after the last that was saved, so each page's work must bear being
 * done twice. Never raises what the job raised; throws where MySQL cannot say whose the run is.
 */
export async function goOn(
  ctx: Context,
  key: RunKey & { lease_id?: string | undefined },
  job: PagedJob<Context>,
  budget_ms: number,
): Promise<Progress> {
  const now = clock.now();
  const lease_id = newId(now);
  const run = await leaseRun(ctx, key, lease_id, now, now + LEASE_MS);
  if (!run) return { state: "not_ours" };
  try {
    return await doPages(ctx, run, lease_id, job, budget_ms);
  } catch (error) {
    logFault("run_not_saved", error, { job: key.job });
    return { state: "unsaved", lease_id };
  }
}

async function doPages(
  ctx: Context,
  run: JobRun,
  lease_id: string,
  job: PagedJob<Context>,
  budget_ms: number,
): Promise<Progress> {
  const key = { job: run.job, window_start: run.window_start };
  let { next_after, counts, pages } = run;
  const from = ctx.log.elapsed();
  for (;;) {
    let page: JobPage;
    try {
      page = await job(ctx, next_after);
    } catch (error) {
      logFault("job_failed", error, { job: key.job });
      failed.add({ job: key.job });
      const words = describeError(error).error.slice(0, LONGEST_ERROR);
      const lease_until = clock.now() + PAUSE_AFTER_FAILURE_MS;
      const failures = run.failures + 1;
      await saveRun(ctx, key, lease_id, { lease_id: null, lease_until, failures, error: words });
      return { state: "failed" };
    }
    counts = summed(counts, page.counts);
    pages += 1;
    next_after = page.next_after;
    const at = clock.now();
    const is_over = next_after === null;
    const is_pausing = !is_over && ctx.log.elapsed() - from >= budget_ms;
    const isHeld = await saveRun(ctx, key, lease_id, {
      counts,
      pages,
      next_after,
      error: null,
      ended_at: is_over ? at : null,
      ...(is_over || is_pausing
        ? { lease_id: null, lease_until: at }
        : { lease_until: at + LEASE_MS }),
    });
    if (!isHeld) return { state: "not_ours" };
    if (is_over) {
      ctx.log.write("info", "job", { job: key.job, pages, ...counts });
      return { state: "over" };
    }
    if (is_pausing) return { state: "more" };
  }
}

/** The runs of earlier windows that somebody began and nobody ended. */
export async function leftOver(ctx: Context): Promise<RunKey[]> {
  const now = clock.now();
  return await openRunsSince(ctx, ctx.clock.now() - TAKEN_UP_MS, now, TAKEN_UP_AT_ONCE);
}

/** Hands the rest of runs to the queue; the lease of one that is `unsaved` lets it go on after a pause. */
export async function handOver(
  ctx: Context,
  keys: readonly (RunKey & { lease_id?: string })[],
): Promise<void> {
  for (const { job, window_start, lease_id } of keys) {
    const pause = lease_id === undefined ? {} : { delaySeconds: PAUSE_UNSAVED_SECONDS };
    await ctx.bindings.JOBS_QUEUE.send({ job, window_start, lease_id }, pause);
  }
}

/** The latest run of each job, for whoever watches over the system. */
export async function lastRuns(ctx: Context): Promise<JobRun[]> {
  return await latestRuns(ctx);
}

/** When each job last ended a run, whatever became of the ones since; none of longer ago than 3 days. */
export async function lastEnds(ctx: Context): Promise<{ job: string; ended_at: Instant }[]> {
  return await latestEnds(ctx, clock.now() - ENDED_WITHIN_MS);
}

/** Forgets a page of the runs that are older than 30 days. */
export async function forgetOldRuns(ctx: Context): Promise<JobPage> {
  const removed = await forgetRuns(ctx, ctx.clock.now() - 30 * DAY_MS, 1_000);
  return { counts: { removed }, next_after: removed === 1_000 ? "more" : null };
}
