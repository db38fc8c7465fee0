import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { DAY_MS, formatInstant, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { api } from "../testing/api.ts";
import { signUpAdmin } from "../testing/admins.ts";
import { addLogs, emptyAudit, logAt } from "../testing/audit.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import type { Action } from "./actions.ts";
import { archiveOldLogs, countLogs, recountLogs } from "./archive.jobs.ts";
import { logStats } from "./counting.service.ts";
import { auditCounts } from "./counts.table.ts";
import type { logStatsSchema } from "./logs.wire.ts";
import type { z } from "@hono/zod-openapi";

restoreClockAfterEach();
beforeEach(emptyAudit);

type Stats = z.infer<typeof logStatsSchema>;
/** A past that no other test writes into. */
const NOW = Date.parse("2021-06-15T10:40:00Z");
const ctxAt = (instant: number) => jobContext(env, createExecutionContext(), "test", instant);

async function run(job: typeof countLogs, instant: number): Promise<number> {
  let hours = 0;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof countLogs>> = await job(ctxAt(instant), after);
    hours += page.counts["hours"] ?? 0;
    after = page.next_after;
  } while (after !== null);
  return hours;
}

/** Acts that no route of these tests writes down by itself. */
const ours: Action[] = ["usage.activity_deleted", "challenges.code_refused", "auth.token_reused"];
const isOurs = ({ action }: { action: string }) => ours.some((name) => name === action);

const counted = async () =>
  (await ctxAt(NOW).db.select().from(auditCounts))
    .filter((count) => count.span === "day" && isOurs(count))
    .reduce((sum, { entries }) => sum + entries, 0);

/** So many acts of an action, one a minute from an instant on. */
const acts = (count: number, from: number, action: Action = "usage.activity_deleted") =>
  Array.from({ length: count }, (_, n) => logAt(from + n * MINUTE_MS, action));

async function stats(instant: number): Promise<Stats> {
  fixedClock(instant);
  const admin = await signUpAdmin();
  const { status, body } = await api(admin).get<Stats>("/admin/logs/stats");
  expect(status).toBe(200);
  return body;
}
const entriesOf = (counts: Stats["by_action"]) =>
  Object.fromEntries(counts.filter(isOurs).map(({ action, entries }) => [action, entries]));

describe("the figures of the log", () => {
  it("are those of the closed hours and of what came since, counted or not", async () => {
    const [info, warning, error] = ours;
    await addLogs([
      ...acts(7, NOW - 40 * DAY_MS, info),
      ...acts(5, NOW - 3 * DAY_MS, warning),
      ...acts(4, NOW - 5 * HOUR_MS, error),
      ...acts(3, NOW - 10 * MINUTE_MS, warning),
    ]);
    const expected = async () => {
      const body = await stats(NOW);
      expect(entriesOf(body.by_action)).toEqual({
        "usage.activity_deleted": 7,
        "challenges.code_refused": 8,
        "auth.token_reused": 4,
      });
      expect(body.by_level).toMatchObject({ warning: 8, error: 4 });
      expect(body.total).toBe(body.by_level.info + 12);
      expect(body.by_day).toHaveLength(30);
      expect(body.by_day.at(-1)).toMatchObject({ date: "2021-06-15", warning: 3, error: 4 });
      expect(body.by_day.at(-4)).toEqual({
        date: "2021-06-12",
        info: 0,
        warning: 5,
        error: 0,
        total: 5,
      });
      expect(body.failures).toEqual({
        since: "2021-06-14T10:00:00.000Z",
        warning: 3,
        error: 4,
        by_action: [
          { level: "error", action: "auth.token_reused", entries: 4 },
          { level: "warning", action: "challenges.code_refused", entries: 3 },
        ],
      });
      expect(body.oldest).toBe(formatInstant(NOW - 40 * DAY_MS));
      expect(body.archived).toEqual({ parts: 0, entries: 0, first: null, last: null });
    };
    await expected();
    await run(countLogs, NOW);
    expect(await counted()).toBe(16);
    await expected();
  });

  it("count an act that came late, and none twice, however often hours are counted", async () => {
    await addLogs(acts(3, NOW - 2 * DAY_MS));
    await addLogs(acts(3, NOW - 90 * MINUTE_MS));
    for (let times = 0; times < 10; times += 1) {
      await Promise.all([run(countLogs, NOW), run(countLogs, NOW), run(recountLogs, NOW)]);
      expect(await counted()).toBe(6);
    }
    await addLogs(acts(1, NOW - 80 * MINUTE_MS));
    await run(countLogs, NOW + 15 * MINUTE_MS);
    expect(await counted()).toBe(7);
    await addLogs(acts(1, NOW - 2 * DAY_MS + HOUR_MS));
    await run(countLogs, NOW + 30 * MINUTE_MS);
    expect(await counted()).toBe(7);
    await run(recountLogs, NOW + 30 * MINUTE_MS);
    expect(await counted()).toBe(8);
  });

  it("are counted anew for few hours only", async () => {
    await addLogs(acts(1, NOW - 30 * DAY_MS));
    expect(await run(countLogs, NOW)).toBe(30 * 24 + 10);
    await addLogs(acts(1, NOW - 2 * HOUR_MS));
    await run(countLogs, NOW);
    expect(await run(countLogs, NOW)).toBe(2);
  });

  it("stay right when the job was away for longer than hours are kept", async () => {
    await addLogs(acts(3, NOW - 20 * DAY_MS - HOUR_MS));
    await run(countLogs, NOW - 20 * DAY_MS);
    await addLogs(acts(2, NOW - 19 * DAY_MS));
    await run(countLogs, NOW);
    await run(recountLogs, NOW);
    expect(await counted()).toBe(5);
    const { by_action } = await logStats(ctxAt(NOW));
    expect(entriesOf(by_action)).toEqual({ "usage.activity_deleted": 5 });
  });

  it("forget what went into the archive, and tell of the archive", async () => {
    await addLogs([...acts(4, NOW - 100 * DAY_MS), ...acts(2, NOW - 50 * DAY_MS)]);
    await run(countLogs, NOW);
    await run(archiveOldLogs, NOW);
    const body = await stats(NOW);
    expect(body.archived).toEqual({
      parts: 1,
      entries: 4,
      first: formatInstant(NOW - 100 * DAY_MS),
      last: formatInstant(NOW - 100 * DAY_MS + 3 * MINUTE_MS),
    });
    expect(body.oldest).toBe(formatInstant(NOW - 50 * DAY_MS));
    expect(entriesOf(body.by_action)).toEqual({ "usage.activity_deleted": 2 });
    await run(countLogs, NOW + 15 * MINUTE_MS);
    expect(await counted()).toBe(2);
  });

  it("are zeros where there is nothing", async () => {
    const { oldest: _ofOthers, ...figures } = await logStats(ctxAt(Date.parse("2001-01-01")));
    const none = { info: 0, warning: 0, error: 0 };
    expect(figures).toMatchObject({ total: 0, by_level: none, by_action: [] });
    expect(figures.by_day.map(({ total }) => total)).toEqual(Array(30).fill(0));
    expect(figures.failures).toMatchObject({ warning: 0, error: 0, by_action: [] });
    expect(figures.archived).toEqual({ parts: 0, entries: 0, first_id: null, last_id: null });
  });
});
