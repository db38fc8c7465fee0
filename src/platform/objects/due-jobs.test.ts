import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fixedClock, restoreClockAfterEach } from "../../testing/clock.ts";
import { newId } from "../ids.ts";
import { MINUTE_MS, SECOND_MS } from "../time/instant.ts";
import { DueJobs, type JobHandler, type PromptHandler } from "./due-jobs.ts";

const NOON = Date.parse("2026-03-10T12:00:00Z");
const JOB_FAILED = "object_job_failed";

let clock = fixedClock(NOON);
beforeEach(() => (clock = fixedClock(NOON)));
restoreClockAfterEach();
afterEach(() => vi.restoreAllMocks());

type Handlers = Record<string, JobHandler>;
type Desk = {
  storage: DurableObjectStorage;
  /** An object with these jobs, on this storage. */
  open: (handlers: Handlers, prompt?: Record<string, PromptHandler>) => DueJobs;
  /** What is still to be done, as "kind key" with the seconds until it is due. */
  waiting: () => [job: string, seconds: number][];
  /** In how many ms of real time the alarm rings; null where none is set. */
  alarm: () => Promise<number | null>;
};

/** Runs `work` in a new object's real storage; the test is its alarm. */
async function atDesk(work: (desk: Desk) => Promise<void>): Promise<void> {
  const stub = env.USER.get(env.USER.idFromName(newId(NOON)));
  await runInDurableObject(stub, async (user, { storage }) => {
    // Its own alarm knows nothing of these jobs, and would take them for done.
    user.alarm = async () => undefined;
    await work({
      storage,
      open: (handlers, prompt) => new DueJobs(storage, handlers, prompt),
      waiting: () =>
        storage.sql
          .exec<{ kind: string; key: string; due_at: number }>("SELECT * FROM jobs ORDER BY due_at")
          .toArray()
          .map(({ kind, key, due_at }) => [
            `${kind} ${key}`.trim(),
            (due_at - clock.now()) / SECOND_MS,
          ]),
      alarm: async () => {
        const at = await storage.getAlarm();
        return at === null ? null : at - Date.now();
      },
    });
    await storage.deleteAlarm();
  });
}

/** What is said of failed jobs from now on. */
function complaints(): unknown[] {
  const lines: unknown[] = [];
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(JSON.parse(line)));
  return lines;
}

describe("the jobs of an object", () => {
  it("outlast eight failures in a row: the alarm never fails, and is set anew each time", async () => {
    const said = complaints();
    await atDesk(async ({ open, waiting, alarm }) => {
      let tries = 0;
      const jobs = open({
        report: async () => {
          tries += 1;
          if (tries <= 8) throw new Error(`no answer at try ${tries}`);
        },
      });
      jobs.schedule("report", NOON + MINUTE_MS);
      clock.advance(MINUTE_MS);
      const pauses: number[] = [];
      for (let run = 1; run <= 8; run += 1) {
        await expect(jobs.run()).resolves.toBeUndefined();
        const rings_in = (await alarm()) ?? Infinity;
        expect(rings_in).toBeLessThanOrEqual(4 * SECOND_MS);
        const [[job, pause]] = waiting() as [[string, number]];
        expect(job).toBe("report");
        pauses.push(pause);
        clock.advance(pause * SECOND_MS);
      }
      expect(pauses).toEqual([1, 2, 4, 4, 4, 4, 4, 4]);
      await jobs.run();
      expect([tries, waiting(), await alarm()]).toEqual([9, [], null]);
    });
    expect(said).toMatchObject(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ event: JOB_FAILED, kind: "report", failures: n })),
    );
  });

  it("begin with the shortest pause again once they got through", async () => {
    complaints();
    await atDesk(async ({ open, waiting }) => {
      let isAway = true;
      const jobs = open({
        report: () => {
          if (isAway) throw new Error("away");
          jobs.schedule("report", clock.now() + MINUTE_MS);
        },
      });
      jobs.schedule("report", NOON + MINUTE_MS);
      for (const pause of [60, 1, 2]) {
        clock.advance(pause * SECOND_MS);
        await jobs.run();
      }
      isAway = false;
      clock.advance(4 * SECOND_MS);
      await jobs.run();
      isAway = true;
      clock.advance(MINUTE_MS);
      await jobs.run();
      expect(waiting()).toEqual([["report", 1]]);
    });
  });

  it("do not keep each other from being done: one fails, the next is done all the same", async () => {
    complaints();
    await atDesk(async ({ open, waiting }) => {
      const done: string[] = [];
      const jobs = open({
        report: (key) => {
          if (key === "broken") throw new Error("broken");
          done.push(key);
        },
      });
      jobs.schedule("report", NOON + MINUTE_MS, "broken");
      jobs.schedule("report", NOON + MINUTE_MS + 1, "whole");
      clock.advance(2 * MINUTE_MS);
      await jobs.run();
      expect([done, waiting()]).toEqual([["whole"], [["report broken", 1]]]);
    });
  });

  it("are due once, at the earliest date that anybody wanted", async () => {
    await atDesk(async ({ open, waiting, alarm }) => {
      let done = 0;
      const jobs = open({ report: () => void (done += 1) });
      for (const minutes of [5, 2, 9]) jobs.schedule("report", NOON + minutes * MINUTE_MS);
      expect(waiting()).toEqual([["report", 120]]);
      expect(Math.abs(((await alarm()) ?? 0) - 2 * MINUTE_MS)).toBeLessThan(5 * SECOND_MS);
      clock.advance(MINUTE_MS);
      await jobs.run();
      expect(done).toBe(0);
      clock.advance(MINUTE_MS);
      await jobs.run();
      expect([done, waiting()]).toEqual([1, []]);
    });
  });

  it("stay when they are scheduled anew while they run, for the new date", async () => {
    await atDesk(async ({ open, waiting, alarm }) => {
      const jobs = open({
        report: async () => {
          await Promise.resolve();
          jobs.schedule("report", clock.now() + 5 * MINUTE_MS);
        },
      });
      jobs.schedule("report", NOON + MINUTE_MS);
      clock.advance(MINUTE_MS);
      await jobs.run();
      expect(waiting()).toEqual([["report", 300]]);
      expect((await alarm()) ?? 0).toBeGreaterThan(4 * MINUTE_MS);
    });
  });

  it("are due again where the object dies under them: the alarm brings it back", async () => {
    await atDesk(async ({ open, waiting, alarm }) => {
      const dying = Promise.withResolvers<void>();
      const first = open({ report: async () => await dying.promise });
      first.schedule("report", NOON + MINUTE_MS);
      clock.advance(MINUTE_MS);
      const lost = first.run();
      expect(waiting()).toEqual([["report", 10]]);
      expect(await alarm()).toBeLessThanOrEqual(10 * SECOND_MS);

      let done = 0;
      const second = open({ report: () => void (done += 1) });
      expect(waiting()).toEqual([["report", 0]]);
      await second.run();
      expect([done, waiting(), await alarm()]).toEqual([1, [], null]);
      first.stop();
      dying.resolve();
      await lost;
    });
  });

  it("are not done for whoever took them back, or put them off, while another one was waited for", async () => {
    await atDesk(async ({ open, waiting }) => {
      const done: string[] = [];
      const jobs = open({
        slow: async () => {
          await Promise.resolve();
          jobs.cancel("report", "given up");
          jobs.cancel("report", "put off");
          jobs.schedule("report", clock.now() + 5 * MINUTE_MS, "put off");
        },
        report: (key) => void done.push(key),
      });
      jobs.schedule("slow", NOON + MINUTE_MS);
      for (const key of ["given up", "put off", "wanted"])
        jobs.schedule("report", NOON + MINUTE_MS + 1, key);
      clock.advance(2 * MINUTE_MS);
      await jobs.run();
      expect([done, waiting()]).toEqual([["wanted"], [["report put off", 300]]]);
    });
  });

  it("that are prompt are done while another one is waited for", async () => {
    await atDesk(async ({ open, waiting }) => {
      const rang = Promise.withResolvers<void>();
      const order: string[] = [];
      const jobs = open(
        {
          slow: async () => {
            order.push("slow begins");
            await rang.promise;
            order.push("slow ends");
          },
        },
        {
          bell: (key) => {
            order.push(`bell ${key}`);
            rang.resolve();
          },
        },
      );
      jobs.schedule("slow", NOON + MINUTE_MS);
      jobs.schedule("bell", NOON + 2 * MINUTE_MS, "at two");
      clock.advance(MINUTE_MS);
      const running = jobs.run();
      clock.advance(MINUTE_MS);
      await running;
      expect(order).toEqual(["slow begins", "bell at two", "slow ends"]);
      expect(waiting()).toEqual([]);
    });
  });

  it("end for good with their object: nothing is done, scheduled or armed any more", async () => {
    await atDesk(async ({ open, storage }) => {
      const done: string[] = [];
      const jobs = open({
        last: async () => {
          done.push("last");
          jobs.stop();
          await storage.deleteAll();
        },
        report: () => void done.push("report"),
      });
      jobs.schedule("last", NOON + MINUTE_MS);
      jobs.schedule("report", NOON + MINUTE_MS + 1);
      clock.advance(2 * MINUTE_MS);
      await jobs.run();
      jobs.schedule("report", clock.now());
      await jobs.run();
      expect([done, await storage.getAlarm()]).toEqual([["last"], null]);
    });
  });
});
