import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { jobContext, type Context } from "../platform/context.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { mysqlFails } from "../testing/faults.ts";
import { soon } from "../testing/until.ts";
import { jobRuns } from "./jobs.table.ts";
import type { PagedJob } from "./page.ts";
import { consumeJobs, forgetRunsOfLongAgo, inOneGo, runTriggered, type Jobs } from "./runs.jobs.ts";
import { goOn, lastRuns, leftOver, open } from "./runs.service.ts";

restoreClockAfterEach();

const contextOf = (job: string, instant?: number) =>
  jobContext(env, createExecutionContext(), job, instant);
const minute = () => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

async function rowOf(job: string, window_start: number) {
  const rows = await contextOf("test")
    .db.select()
    .from(jobRuns)
    .where(and(eq(jobRuns.job, job), eq(jobRuns.window_start, window_start)));
  return rows[0];
}

/** A job over the numbers from 1 to `last`, one a page, that notes each it did. */
function counting(last: number, done: number[], spoil: (n: number) => void = () => undefined) {
  const job: PagedJob<Context> = async (_ctx, after) => {
    const n = Number(after ?? 0) + 1;
    spoil(n);
    done.push(n);
    return await Promise.resolve({ counts: { done: 1 }, next_after: n < last ? String(n) : null });
  };
  return job;
}

/** A job of its own for each test, so that no other run is in the way. */
function named(work: PagedJob<Context>): { job: string; jobs: Jobs } {
  const job = `test-${randomUUID().slice(0, 8)}`;
  return { job, jobs: { [job]: work } };
}

/** Delivers messages for a run, as the queue would, all at once. */
async function deliver(
  jobs: Jobs,
  job: string,
  window_start: number,
  times = 1,
  lease_id?: string,
): Promise<void> {
  await Promise.all(
    Array.from({ length: times }, async (_, n) => {
      const body = { job, window_start, lease_id };
      const message = { id: `m${n}`, timestamp: new Date(), attempts: 1, body };
      await consumeJobs(contextOf, jobs, createMessageBatch("focus-jobs", [message]));
    }),
  );
}

describe("a run", () => {
  it("goes page after page by key, and records what it did", async () => {
    const done: number[] = [];
    const { job, jobs } = named(counting(5, done));
    const window_start = minute();
    await runTriggered(contextOf, jobs, [job], window_start + 17_000);
    expect(done).toEqual([1, 2, 3, 4, 5]);
    expect(await rowOf(job, window_start)).toMatchObject({
      pages: 5,
      counts: { done: 5 },
      failures: 0,
      error: null,
      lease_id: null,
      next_after: null,
    });
    expect((await rowOf(job, window_start))?.ended_at).not.toBeNull();
  });

  it("takes the instant of its trigger for now", async () => {
    const seen: number[] = [];
    const { job, jobs } = named(async (ctx) => {
      seen.push(ctx.clock.now());
      return await Promise.resolve({ counts: {}, next_after: null });
    });
    const window_start = minute() - 3 * DAY_MS;
    await runTriggered(contextOf, jobs, [job], window_start);
    expect(seen).toEqual([window_start]);
  });

  it("that is triggered twice at once, and again later, is one run", async () => {
    const done: number[] = [];
    const { job, jobs } = named(counting(4, done));
    const window_start = minute();
    const trigger = async () => await runTriggered(contextOf, jobs, [job], window_start);
    await Promise.all([trigger(), trigger(), trigger()]);
    await trigger();
    await deliver(jobs, job, window_start, 3);
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it("hands what its trigger has no time for to the queue, which goes on where it stopped", async () => {
    const done: number[] = [];
    const { job, jobs } = named(counting(3, done));
    const key = { job, window_start: minute() };
    const ctx = contextOf(job, key.window_start);
    await open(ctx, [job], key.window_start);
    expect(await goOn(ctx, key, jobs[job] ?? counting(0, []), 0)).toEqual({
      state: "more",
    });
    expect(done).toEqual([1]);
    await deliver(jobs, job, key.window_start, 4);
    expect(done).toEqual([1, 2, 3]);
  });

  it("that fails half-way is taken up by the next trigger, at the page that failed", async () => {
    const clock = fixedClock(Date.now());
    const done: number[] = [];
    let is_broken = true;
    const { job, jobs } = named(
      counting(4, done, (n) => {
        if (n === 3 && is_broken) throw new Error("out of order");
      }),
    );
    const window_start = minute();
    await runTriggered(contextOf, jobs, [job], window_start);
    expect(await rowOf(job, window_start)).toMatchObject({
      ended_at: null,
      failures: 1,
      error: "Error: out of order",
    });
    is_broken = false;
    clock.advance(15 * MINUTE_MS);
    expect(await leftOver(contextOf("trigger", clock.now()))).toContainEqual({ job, window_start });
    await deliver(jobs, job, window_start, 2);
    expect(done).toEqual([1, 2, 3, 4]);
    expect(await rowOf(job, window_start)).toMatchObject({ counts: { done: 4 }, error: null });
  });

  it("whose worker was killed is taken up once its lease is over, and not before", async () => {
    const clock = fixedClock(Date.now());
    const done: number[] = [];
    const { job, jobs } = named(counting(3, done));
    const window_start = minute();
    const never = Promise.withResolvers<never>();
    const dying: PagedJob<Context> = async (ctx, after) =>
      after === "1" ? await never.promise : await counting(3, done)(ctx, after);
    const ctx = contextOf(job, window_start);
    await open(ctx, [job], window_start);
    void goOn(ctx, { job, window_start }, dying, 60_000);
    await soon(async () => expect((await rowOf(job, window_start))?.pages).toBe(1));
    clock.advance(9 * MINUTE_MS);
    await deliver(jobs, job, window_start);
    expect(done).toEqual([1]);
    clock.advance(2 * MINUTE_MS);
    await deliver(jobs, job, window_start, 3);
    expect(done).toEqual([1, 2, 3]);
  });

  it("whose progress could not be saved goes on by the lease it left, once, before that is over", async () => {
    const done: number[] = [];
    const { job, jobs } = named(counting(3, done));
    const key = { job, window_start: minute() };
    const ctx = contextOf(job, key.window_start);
    await open(ctx, [job], key.window_start);
    const unlucky: PagedJob<Context> = async (...input) => {
      if (done.length === 1) await mysqlFails({ mode: "html", match: "^update `job_runs`" });
      return await counting(3, done)(...input);
    };
    const left = await goOn(ctx, key, unlucky, 60_000);
    await mysqlFails();
    const { lease_id } = z.object({ state: z.literal("unsaved"), lease_id: z.uuid() }).parse(left);
    await deliver(jobs, job, key.window_start);
    expect(done).toEqual([1, 2]);
    await deliver(jobs, job, key.window_start, 3, lease_id);
    expect(done).toEqual([1, 2, 2, 3]);
    expect(await rowOf(job, key.window_start)).toMatchObject({ counts: { done: 3 }, pages: 3 });
  });

  it("that fails keeps no other job from running", async () => {
    const done: number[] = [];
    const bad = named(inOneGo(async () => await Promise.reject(new Error("no"))));
    const good = named(counting(1, done));
    const jobs = { ...bad.jobs, ...good.jobs };
    await runTriggered(contextOf, jobs, [bad.job, good.job], minute());
    expect(done).toEqual([1]);
  });

  it("loses nothing where the database hiccups at any of its statements", async () => {
    const clock = fixedClock(Date.now());
    for (const mode of ["html", "lost"]) {
      for (const match of [
        "^insert into `job_runs`",
        "^update `job_runs`",
        "^select.*`job_runs`",
      ]) {
        const done: number[] = [];
        const { job, jobs } = named(counting(3, done));
        const window_start = minute() + MINUTE_MS;
        await mysqlFails({ mode, match, times: 1 });
        await runTriggered(contextOf, jobs, [job], window_start).catch(() => undefined);
        await mysqlFails();
        clock.advance(15 * MINUTE_MS);
        await runTriggered(contextOf, jobs, [job], window_start);
        clock.advance(15 * MINUTE_MS);
        await deliver(jobs, job, window_start);
        expect([...new Set(done)], `${mode} ${match}`).toEqual([1, 2, 3]);
        expect((await rowOf(job, window_start))?.ended_at).not.toBeNull();
      }
    }
  });
});

describe("a message for a run", () => {
  it("comes again where MySQL is away, and its fault goes no further", async () => {
    const done: number[] = [];
    const { job, jobs } = named(counting(1, done));
    const window_start = minute();
    await open(contextOf(job, window_start), [job], window_start);
    await mysqlFails({ mode: "refused", match: "^update `job_runs`" });
    const message = { id: "m", timestamp: new Date(), attempts: 1, body: { job, window_start } };
    const batch = createMessageBatch("focus-jobs", [message]);
    const ctx = createExecutionContext();
    await consumeJobs(contextOf, jobs, batch);
    await mysqlFails();
    const outcome = await getQueueResult(batch, ctx);
    expect(outcome).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: "m" }] });
    await deliver(jobs, job, window_start);
    expect(done).toEqual([1]);
  });
});

describe("the record of runs", () => {
  it("tells the latest of each job, and is forgotten after 30 days", async () => {
    const { job, jobs } = named(counting(1, []));
    const now = minute();
    for (const age_ms of [31 * DAY_MS, HOUR_MS, 0]) {
      await runTriggered(contextOf, jobs, [job], now - age_ms);
    }
    const latest = (await lastRuns(contextOf("test"))).filter((run) => run.job === job);
    expect(latest).toMatchObject([{ window_start: now, counts: { done: 1 } }]);
    await forgetRunsOfLongAgo(contextOf("test", now));
    expect(await rowOf(job, now - 31 * DAY_MS)).toBeUndefined();
    expect(await rowOf(job, now - HOUR_MS)).toBeDefined();
  });
});
