import { z } from "zod";
import type { Context } from "../platform/context.ts";
import { logFault } from "../platform/log.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { JobPage, PagedJob } from "./page.ts";
import { forgetOldRuns, goOn, handOver, leftOver, open, windowOf } from "./runs.service.ts";

/** How long one invocation works on a run before it hands the rest on. */
const TRIGGER_MS = 2_000;
const QUEUE_MS = 20_000;
/** How soon a message comes again whose run could not be looked up. */
const RETRY_SECONDS = 30;

/** The jobs there are, by their names. */
export type Jobs = Record<string, PagedJob<Context>>;
/** Makes the context of a job at an instant. */
type ContextOf = (job: string, instant: Instant) => Context;

/** A job that is done in one go: its work does not grow with the number of users. */
export function inOneGo(job: (ctx: Context) => Promise<Record<string, number>>): PagedJob<Context> {
  return async (ctx) => ({ counts: await job(ctx), next_after: null });
}

/**
 * Runs the jobs of a trigger at its instant: the first pages here, the rest by the queue, and with it
 * what earlier triggers left undone. Twice, late or at once with itself, it does nothing more.
 */
export async function runTriggered(
  contextOf: ContextOf,
  jobs: Jobs,
  names: readonly string[],
  instant: Instant,
): Promise<void> {
  const window_start = windowOf(instant);
  const ctx = contextOf("trigger", window_start);
  await open(ctx, names, window_start);
  for (const job of names) {
    const work = jobs[job];
    if (!work) continue;
    await proceed(contextOf(job, window_start), { job, window_start }, work, TRIGGER_MS).catch(
      // Its run stands where it stopped; the others have theirs.
      (error: unknown) => logFault("run_stopped", error, { job }),
    );
  }
  await handOver(ctx, await leftOver(ctx));
}

const messageSchema = z.object({
  job: z.string(),
  window_start: z.int(),
  lease_id: z.string().optional(),
});

/**
 * Goes on with the runs that a queue's messages name; a message that names none is dropped, and one
 * whose run could not even be looked up comes again.
 */
export async function consumeJobs(
  contextOf: ContextOf,
  jobs: Jobs,
  batch: MessageBatch,
): Promise<void> {
  for (const message of batch.messages) {
    const key = messageSchema.safeParse(message.body).data;
    const work = key && jobs[key.job];
    try {
      if (key && work) await proceed(contextOf(key.job, key.window_start), key, work, QUEUE_MS);
      message.ack();
    } catch (error) {
      // Let go, it would stand in the platform's log with its statement.
      logFault("run_stopped", error, { job: key?.job });
      message.retry({ delaySeconds: RETRY_SECONDS });
    }
  }
}

async function proceed(
  ctx: Context,
  key: z.infer<typeof messageSchema>,
  job: PagedJob<Context>,
  budget_ms: number,
): Promise<void> {
  const { job: name, window_start } = key;
  const progress = await goOn(ctx, key, job, budget_ms);
  if (progress.state === "more") await handOver(ctx, [{ job: name, window_start }]);
  if (progress.state === "unsaved") {
    await handOver(ctx, [{ job: name, window_start, lease_id: progress.lease_id }]);
  }
}

/** Forgets runs of long ago. */
export async function forgetRunsOfLongAgo(ctx: Context): Promise<JobPage> {
  return await forgetOldRuns(ctx);
}
