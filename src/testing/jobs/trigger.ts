import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { isDeepStrictEqual } from "node:util";
import { vi } from "vitest";
import { jobs } from "../../cron.ts";
import { runTriggered } from "../../jobs/runs.jobs.ts";
import { jobContext } from "../../platform/context.ts";
import type { Work } from "./scenario.ts";

const NOWHERE = { ...env.JOBS_QUEUE, send: async () => await Promise.reject(new Error("dead")) };

/** Fires a job's trigger at an instant, as the cron does; of a Worker that dies nothing goes on behind it. */
export async function trigger(
  job: string,
  instant: number,
  { is_dying = false } = {},
): Promise<void> {
  const ctx = createExecutionContext();
  // What the dead send later would go on in the middle of another test.
  const bindings = is_dying ? { ...env, JOBS_QUEUE: NOWHERE } : env;
  const contextOf = (name: string, at: number) => jobContext(bindings, ctx, name, at);
  await runTriggered(contextOf, jobs, [job], instant).catch(() => undefined);
  if (!is_dying) await waitOnExecutionContext(ctx);
}

/** Boards and queues go on behind a job's back: looks until their part is done, too, and gives what it sees. */
export async function seen(look: Work["look"], expected: unknown): Promise<unknown> {
  let found: unknown;
  await vi
    .waitFor(async () => {
      found = await look();
      if (!isDeepStrictEqual(found, expected)) throw new Error("not yet");
    }, 10_000)
    .catch(() => undefined);
  return found;
}
