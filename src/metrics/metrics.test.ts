import { createExecutionContext, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../app.ts";
import { runCron } from "../cron.ts";
import { inOneGo, runTriggered } from "../jobs/runs.jobs.ts";
import { queueMail } from "../mail/mail.service.ts";
import { jobContext } from "../platform/context.ts";
import { gathered } from "../platform/metrics/gathered.ts";
import { counter } from "../platform/metrics/metric.ts";
import { METRICS_OBJECT, sendNow, sendSoon, WINDOW_MS } from "../platform/metrics/send.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { api, call, freshEmail, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { closeSocketsAfterEach, listen } from "../testing/own-socket.ts";
import { parseExposition, sumOf, type ParsedFamily } from "../testing/prometheus.ts";
import { until } from "../testing/until.ts";
import { mysqlFails } from "../testing/faults.ts";

restoreClockAfterEach();
closeSocketsAfterEach();
afterEach(async () => {
  vi.restoreAllMocks();
  await mysqlFails();
});

const TOKEN = "a-token-that-only-the-tests-know";
const metricsObject = () => env.METRICS.get(env.METRICS.idFromName(METRICS_OBJECT));
const userObject = (user: TestUser) => env.USER.get(env.USER.idFromName(user.id));

/** Prometheus comes by, after what this isolate has gathered was sent. */
async function scrape(): Promise<Map<string, ParsedFamily>> {
  await sendNow(env);
  const answer = await exports.default.fetch(
    new Request("http://localhost/metrics", { headers: { authorization: `Bearer ${TOKEN}` } }),
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parseExposition(await answer.text());
}

/** By how much a value grows over some work. */
async function growth(
  name: string,
  labels: Record<string, string>,
  work: () => Promise<unknown>,
): Promise<number> {
  const before = sumOf(await scrape(), name, labels);
  await work();
  return sumOf(await scrape(), name, labels) - before;
}

describe("the metrics", () => {
  it("are read whole by a strict reader, each family named for Prometheus", async () => {
    const ada = await signUp();
    await api(ada).get("/users/me");
    const families = await scrape();
    expect([...families.keys()]).toEqual(
      expect.arrayContaining([
        "focus_activities_total",
        "focus_build_info",
        "focus_flush_lag_seconds",
        "focus_http_request_duration_seconds",
        "focus_http_requests_total",
        "focus_job_failures_total",
        "focus_job_last_end_timestamp_seconds",
        "focus_job_last_start_timestamp_seconds",
        "focus_outbox_mails",
        "focus_outbox_oldest_age_seconds",
        "focus_scrape_up",
        "focus_sockets_closed_total",
        "focus_sockets_open",
        "focus_sockets_opened_total",
      ]),
    );
    for (const [name, { help }] of families) {
      expect(name).toMatch(/^focus_[a-z_]+$/);
      expect(help).toMatch(/\.$/);
    }
    expect(sumOf(families, "focus_scrape_up", { part: "mysql" })).toBe(1);
    expect(sumOf(families, "focus_scrape_up", { part: "object" })).toBe(1);
  });

  it("are nobody's without the token, and not there where none was set", async () => {
    const scrapeWith = async (authorization: string | null, METRICS_TOKEN = TOKEN) =>
      await createApp().fetch(
        new Request(
          "http://localhost/metrics",
          authorization ? { headers: { authorization } } : {},
        ),
        { ...env, METRICS_TOKEN },
        createExecutionContext(),
      );
    for (const wrong of [
      null,
      "Bearer",
      `Bearer ${TOKEN}x`,
      `Basic ${TOKEN}`,
      "Bearer undefined",
    ]) {
      expect((await scrapeWith(wrong)).status, String(wrong)).toBe(401);
    }
    expect((await scrapeWith(`Bearer ${TOKEN}`)).status).toBe(200);
    vi.spyOn(console, "error").mockReturnValue();
    for (const unset of ["", "too short"]) {
      for (const given of [null, `Bearer ${unset}`, `Bearer ${TOKEN}`]) {
        const answer = await scrapeWith(given, unset);
        expect(answer.status).toBe(404);
        expect(await answer.json()).toMatchObject({ code: "not_found" });
      }
    }
  });

  it("count a request under its template and status, never under an id", async () => {
    const ada = await signUp();
    const id = randomUUID();
    const labels = { method: "GET", route: "/api/challenges/:id", status: "404" };
    const grown = await growth("focus_http_requests_total", labels, async () => {
      await api(ada).get(`/challenges/${id}`);
      await api(ada).get(`/challenges/${id}`);
    });
    expect(grown).toBe(2);
    const families = await scrape();
    expect(JSON.stringify([...families.values()])).not.toContain(id);
    const { status: _status, ...timed } = labels;
    expect(sumOf(families, "focus_http_request_duration_seconds_count", timed)).toBe(
      sumOf(families, "focus_http_requests_total", timed),
    );
  });

  it("give a path and a method that nobody knows no series of their own", async () => {
    const before = (await scrape()).get("focus_http_requests_total")?.samples.length ?? 0;
    for (let n = 0; n < 20; n += 1) await call("GET", `/nowhere-${randomUUID()}`);
    const after = (await scrape()).get("focus_http_requests_total")?.samples.length ?? 0;
    expect(after - before).toBeLessThanOrEqual(2);
  });

  it("outlive the isolates that counted and the object that adds up", async () => {
    const ada = await signUp();
    const labels = { route: "/api/users/me", status: "200" };
    const grown = await growth("focus_http_requests_total", labels, async () => {
      await api(ada).get("/users/me");
      await sendNow(env);
      await evictDurableObject(metricsObject());
      await api(ada).get("/users/me");
    });
    expect(grown).toBe(2);
  });

  it("add up what many isolates send at once", async () => {
    const name = "focus_http_requests_total";
    const labels = 'method="GET",route="/made-up",status="200"';
    const delta = { name, labels, until: 0, sum: 3, counts: {} };
    await Promise.all(Array.from({ length: 50 }, async () => await metricsObject().take([delta])));
    expect(sumOf(await scrape(), name, { route: "/made-up" })).toBe(150);
  });

  it("show what is left where MySQL is away", async () => {
    await mysqlFails({ mode: "html", match: "`(emails|job_runs)`" });
    vi.spyOn(console, "error").mockReturnValue();
    const families = await scrape();
    await mysqlFails();
    expect(sumOf(families, "focus_scrape_up", { part: "mysql" })).toBe(0);
    expect(families.has("focus_outbox_mails")).toBe(false);
    expect(sumOf(families, "focus_http_requests_total")).toBeGreaterThan(0);
  });
});

describe("the object of all metrics", () => {
  const some = (name: string) => env.METRICS.get(env.METRICS.idFromName(name));
  const delta = (n: number) => ({
    name: "focus_flood_total",
    labels: `n="${n}"`,
    until: 0,
    sum: 1,
    counts: {},
  });

  it("holds 10,000 series at most, and goes on with those it has", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    const object = some("flooded");
    await object.take(Array.from({ length: 10_005 }, (_, n) => delta(n)));
    await object.take([delta(0), delta(10_004)]);
    const series = await object.series();
    expect(series).toHaveLength(10_000);
    expect(series.find(({ labels }) => labels === 'n="0"')?.sum).toBe(2);
  });

  it("lets go of what has expired, and takes nothing in for an instant that is over", async () => {
    const clock = fixedClock(Date.now());
    const object = some("expiring");
    const until_at = clock.now() + 5 * MINUTE_MS;
    await object.take([{ ...delta(1), until: until_at }, delta(2)]);
    expect(await object.series()).toHaveLength(2);
    clock.advance(5 * MINUTE_MS);
    expect(await object.series()).toHaveLength(1);
    await object.take([{ ...delta(1), until: until_at, sum: -1 }]);
    clock.set(until_at - 1);
    expect(await object.series()).toHaveLength(1);
  });
});

describe("a request's cost for its metrics", () => {
  it("is a note in memory: the answer waits for no call, and one timer serves all", async () => {
    const { promise: forever } = Promise.withResolvers<void>();
    const waiting: Promise<unknown>[] = [];
    const take = vi.fn<() => Promise<void>>(async () => await forever);
    const METRICS = { idFromName: () => "all", get: () => ({ take }) };
    const stuck = { ...env, METRICS } as unknown as Env;
    const ctx = { waitUntil: (work: Promise<unknown>) => void waiting.push(work) };
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      // Whatever timer an earlier request holds comes to its end.
      await vi.advanceTimersByTimeAsync(WINDOW_MS);
      await sendNow(env);
      const app = createApp();
      for (let n = 0; n < 20; n += 1) {
        const request = new Request("http://localhost/api/health");
        const answer = await app.fetch(request, stuck, ctx as unknown as ExecutionContext);
        expect(answer.status).toBe(200);
      }
      expect(take).not.toHaveBeenCalled();
      expect(waiting.length).toBeLessThanOrEqual(1);
      expect(gathered.observations).toBeGreaterThanOrEqual(40);
    } finally {
      vi.useRealTimers();
      await sendNow(env);
    }
  });

  it("is nothing where nobody can read them", () => {
    counter("focus_test_unread_total", "Read by nobody.", []).add({});
    const waitUntil = vi.fn<(work: Promise<unknown>) => void>();
    sendSoon({ env: { ...env, METRICS_TOKEN: "" } as Env, waitUntil });
    expect(waitUntil).not.toHaveBeenCalled();
    expect(gathered.observations).toBe(0);
  });

  it("is a batch lost, and counted as that, where the object of all metrics is away", async () => {
    const lost = "focus_metrics_batches_lost_total";
    vi.spyOn(console, "error").mockReturnValue();
    const grown = await growth(lost, {}, async () => {
      await call("GET", "/health");
      const get = () => ({ take: async () => await Promise.reject(new Error("away")) });
      await sendNow({ ...env, METRICS: { idFromName: () => "all", get } } as unknown as Env);
    });
    expect(grown).toBe(1);
  });
});

describe("usage in the metrics", () => {
  it("is each item under its receipt's status", async () => {
    const ada = await signUp();
    const started_at = new Date(Date.now() - HOUR_MS).toISOString();
    const item = { id: randomUUID(), app: "instagram.com", started_at, duration_seconds: 60 };
    const old = { ...item, id: randomUUID(), started_at: "2020-01-01T00:00:00Z" };
    const before = await scrape();
    await api(ada).post("/activities", item);
    await api(ada).post("/activities", { items: [item, old, { ...item, id: 7 }] });
    const after = await scrape();
    const grown = (status: string) =>
      sumOf(after, "focus_activities_total", { status }) -
      sumOf(before, "focus_activities_total", { status });
    expect([grown("accepted"), grown("duplicate"), grown("rejected")]).toEqual([1, 1, 2]);
  });

  it("shows how long an item took to stand in MySQL, however long that was", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const before = await scrape();
    const started_at = new Date(clock.now() - HOUR_MS).toISOString();
    const use = { app: "instagram.com", started_at, duration_seconds: 60 };
    await mysqlFails({ mode: "html", match: "^insert into `activities`" });
    vi.spyOn(console, "error").mockReturnValue();
    await api(ada).post("/activities", use);
    clock.advance(1_000);
    await runDurableObjectAlarm(userObject(ada));
    await mysqlFails();
    clock.advance(39_000);
    await runDurableObjectAlarm(userObject(ada));
    const after = await until("the flush", async () => {
      const families = await scrape();
      const count = "focus_flush_lag_seconds_count";
      return sumOf(families, count) > sumOf(before, count) && families;
    });
    const grown = (name: string, labels = {}) =>
      sumOf(after, name, labels) - sumOf(before, name, labels);
    expect(grown("focus_flush_lag_seconds_bucket", { le: "30" })).toBe(0);
    expect(grown("focus_flush_lag_seconds_bucket", { le: "60" })).toBe(1);
    expect(grown("focus_flush_lag_seconds_sum")).toBeCloseTo(40, 0);
  });
});

describe("open sockets in the metrics", () => {
  const holder = { holder: "user" };
  const open = async () => sumOf(await scrape(), "focus_sockets_open", holder);

  it("are those that were opened and not closed, whoever closed them", async () => {
    const before = await open();
    const ada = await signUp();
    const [first, second] = [await listen(ada), await listen(ada)];
    expect(await open()).toBe(before + 2);
    first?.socket.close(1000);
    await until("the first to be gone", async () => (await open()) === before + 1);
    await api(ada).delete("/users/me", { password: ada.password });
    await until("the second to be gone", async () => (await open()) === before);
    const families = await scrape();
    expect(sumOf(families, "focus_sockets_closed_total", { code: "1000" })).toBeGreaterThan(0);
    expect(second?.closed).not.toBeNull();
  });

  it("of which nobody heard that they ended are gone with their tokens", async () => {
    const clock = fixedClock(Date.now() + 10 * DAY_MS);
    const before = await open();
    const ada = await signUp();
    await listen(ada);
    expect(await open()).toBe(before + 1);
    await sendNow(env);
    clock.advance(29 * MINUTE_MS);
    expect(await open()).toBe(before + 1);
    clock.advance(2 * MINUTE_MS);
    expect(await open()).toBe(0);
  });
});

describe("jobs and mails in the metrics", () => {
  const ctx = () => createExecutionContext();

  it("tell when each job last began and ended, and how often it failed", async () => {
    const job = `metered_${randomUUID().slice(0, 8)}`;
    const contextOf = (name: string, instant: number) => jobContext(env, ctx(), name, instant);
    const clock = fixedClock(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
    const began = clock.now();
    const good = { [job]: inOneGo(async () => await Promise.resolve({})) };
    const bad = { [job]: inOneGo(async () => await Promise.reject(new Error("no"))) };
    await runTriggered(contextOf, good, [job], clock.now());
    clock.advance(15 * MINUTE_MS);
    vi.spyOn(console, "error").mockReturnValue();
    await runTriggered(contextOf, bad, [job], clock.now());
    const families = await scrape();
    expect(sumOf(families, "focus_job_last_start_timestamp_seconds", { job })).toBe(
      clock.now() / 1_000,
    );
    expect(sumOf(families, "focus_job_last_end_timestamp_seconds", { job })).toBe(began / 1_000);
    expect(sumOf(families, "focus_job_failures_total", { job })).toBe(1);
  });

  it("are sent at the end of a cron, which nobody follows", async () => {
    await call("GET", "/health");
    expect(gathered.observations).toBeGreaterThan(0);
    await runCron(
      { cron: "none", scheduledTime: Date.now(), noRetry: () => undefined },
      env,
      ctx(),
    );
    expect(gathered.observations).toBe(0);
  });

  it("tell how many mails wait, and for how long the oldest has", async () => {
    const clock = fixedClock(Date.now());
    const waiting = sumOf(await scrape(), "focus_outbox_mails");
    const mailing = jobContext(env, ctx(), "test");
    await queueMail(mailing, {
      dedupe_key: `metrics:${randomUUID()}`,
      user_id: null,
      to_address: freshEmail(),
      kind: "welcome",
      locale: "en",
      data: { display_name: "Ada" },
      link: null,
    });
    clock.advance(HOUR_MS);
    const families = await scrape();
    expect(sumOf(families, "focus_outbox_mails")).toBe(waiting + 1);
    expect(sumOf(families, "focus_outbox_oldest_age_seconds")).toBeGreaterThanOrEqual(3_600);
  });
});
