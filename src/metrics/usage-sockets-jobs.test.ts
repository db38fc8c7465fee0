import { createExecutionContext, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { inOneGo, runTriggered } from "../jobs/runs.jobs.ts";
import { queueMail } from "../mail/mail.service.ts";
import { emails } from "../mail/mail.table.ts";
import { jobContext } from "../platform/context.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { api, freshEmail, signUp } from "../testing/api.ts";
import { work } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { closeSocketsAfterEach, listen } from "../testing/own-socket.ts";
import { sumOf } from "../testing/prometheus.ts";
import { scrape } from "../testing/scrape.ts";
import { soon, steady, until } from "../testing/until.ts";
import { activities } from "../usage/usage.table.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();
closeSocketsAfterEach();
healAfterEach();
afterEach(() => {
  vi.restoreAllMocks();
});

describe("usage in the metrics", () => {
  it("is each item under its receipt's status", async () => {
    const ada = await signUp();
    const started_at = new Date(Date.now() - HOUR_MS).toISOString();
    const item = { id: randomUUID(), app: "instagram.com", started_at, duration_seconds: 60 };
    const old = { ...item, id: randomUUID(), started_at: "2020-01-01T00:00:00Z" };
    const read = async () => {
      const families = await scrape();
      return ["accepted", "duplicate", "rejected"].map((status) =>
        sumOf(families, "focus_activities_total", { status }),
      );
    };
    const before = await steady(read);
    await api(ada).post("/activities", item);
    await api(ada).post("/activities", { items: [item, old, { ...item, id: 7 }] });
    const after = await steady(read);
    expect(after.map((sum, at) => sum - before[at]!)).toEqual([1, 1, 2]);
    // Its flush a second later would be counted into the next test.
    await until("the item in MySQL", async () => {
      const mine = eq(activities.user_id, ada.id);
      return (await work().db.select().from(activities).where(mine)).length > 0;
    });
  });

  it("shows how long an item took to stand in MySQL, however long that was", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const read = async () => {
      const families = await scrape();
      const lag = (of: string, labels = {}) =>
        sumOf(families, `focus_flush_lag_seconds_${of}`, labels);
      return [lag("count"), lag("sum"), lag("bucket", { le: "30" }), lag("bucket", { le: "60" })];
    };
    const before = await steady(read);
    const started_at = new Date(clock.now() - HOUR_MS).toISOString();
    const use = { app: "instagram.com", started_at, duration_seconds: 60 };
    await mysqlFails({ mode: "html", match: "^insert into `activities`" });
    vi.spyOn(console, "error").mockReturnValue();
    await api(ada).post("/activities", use);
    clock.advance(1_000);
    // The alarm may have come by itself, and be at it.
    await until("the flush to have failed", async () => {
      await runDurableObjectAlarm(userStub(ada));
      const find = "SELECT 1 FROM jobs WHERE kind = 'flush' AND failures > 0";
      return await runInDurableObject(
        userStub(ada),
        (_user, { storage }) => storage.sql.exec(find).toArray().length > 0,
      );
    });
    await mysqlFails();
    clock.advance(39_000);
    await runDurableObjectAlarm(userStub(ada));
    const after = await until("the flush", async () => {
      const now = await read();
      return now[0]! > before[0]! && now;
    });
    const [count, sum, within30, within60] = after.map((value, at) => value - before[at]!);
    expect([count, within30, within60]).toEqual([1, 0, 1]);
    expect(sum).toBeCloseTo(40, 0);
  });
});

describe("open sockets in the metrics", () => {
  const holder = { holder: "user" };
  const open = async () => sumOf(await scrape(), "focus_sockets_open", holder);

  it("are those that were opened and not closed, whoever closed them", async () => {
    const before = await steady(open);
    const ada = await signUp();
    const [first, second] = [await listen(ada), await listen(ada)];
    await until("both to be counted", async () => (await open()) === before + 2);
    first?.socket.close(1000);
    await until("the first to be gone", async () => (await open()) === before + 1);
    await api(ada).delete("/users/me", { password: ada.password });
    await until("the second to be gone", async () => (await open()) === before);
    const families = await scrape();
    expect(sumOf(families, "focus_sockets_closed_total", { code: "1000" })).toBeGreaterThan(0);
    await until("the second to hear of it", async () => second?.closed !== null);
  });

  it("of which nobody heard that they ended are gone with their tokens", async () => {
    const clock = fixedClock(Date.now() + 10 * DAY_MS);
    const before = await steady(open);
    const ada = await signUp();
    await listen(ada);
    expect(await steady(open)).toBe(before + 1);
    clock.advance(29 * MINUTE_MS);
    expect(await steady(open)).toBe(before + 1);
    clock.advance(2 * MINUTE_MS);
    expect(await steady(open)).toBe(0);
  });
});

describe("jobs and mails in the metrics", () => {
  it("tell when each job last began and ended, and how often it failed", async () => {
    const job = `metered_${randomUUID().slice(0, 8)}`;
    const contextOf = (name: string, instant: number) =>
      jobContext(env, createExecutionContext(), name, instant);
    const clock = fixedClock(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
    const began = clock.now();
    const good = { [job]: inOneGo(async () => await Promise.resolve({})) };
    const bad = { [job]: inOneGo(async () => await Promise.reject(new Error("no"))) };
    await runTriggered(contextOf, good, [job], clock.now());
    clock.advance(15 * MINUTE_MS);
    vi.spyOn(console, "error").mockReturnValue();
    await runTriggered(contextOf, bad, [job], clock.now());
    await soon(async () => {
      const families = await scrape();
      const of = (what: string) => sumOf(families, `focus_job_${what}`, { job });
      expect(of("last_start_timestamp_seconds")).toBe(clock.now() / 1_000);
      expect(of("last_end_timestamp_seconds")).toBe(began / 1_000);
      expect(of("failures_total")).toBe(1);
    });
  });

  it("tell how many mails wait, and for how long the oldest has", async () => {
    const clock = fixedClock(Date.now());
    const dedupe_key = `metrics:${randomUUID()}`;
    await queueMail(work(), {
      dedupe_key,
      user_id: null,
      to_address: freshEmail(),
      kind: "welcome",
      locale: "en",
      data: { display_name: "Ada" },
      link: null,
    });
    clock.advance(HOUR_MS);
    const waiting = async () => {
      const isWaiting = eq(emails.status, "waiting");
      const rows = await work().db.select().from(emails).where(isWaiting);
      return rows.map((row) => row.dedupe_key).sort();
    };
    // Those of other tests come and go meanwhile.
    await soon(async () => {
      const before = await waiting();
      const families = await scrape();
      expect(await waiting()).toEqual(before);
      expect(before).toContain(dedupe_key);
      expect(sumOf(families, "focus_outbox_mails")).toBe(before.length);
      expect(sumOf(families, "focus_outbox_oldest_age_seconds")).toBeGreaterThanOrEqual(3_600);
    });
  });
});
