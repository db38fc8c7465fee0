import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../app.ts";
import { runCron } from "../cron.ts";
import { gathered } from "../platform/metrics/gathered.ts";
import { counter } from "../platform/metrics/metric.ts";
import { sendNow, sendSoon } from "../platform/metrics/send.ts";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { growth, metricsObject } from "../testing/scrape.ts";

restoreClockAfterEach();
afterEach(() => {
  vi.restoreAllMocks();
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
    // By what arrives, for a timer that an earlier request set empties the memory at any time.
    const labels = { route: "/api/health", status: "200" };
    const grown = await growth("focus_http_requests_total", labels, async () => {
      vi.useFakeTimers({ toFake: ["setTimeout"] });
      try {
        const app = createApp();
        for (let n = 0; n < 20; n += 1) {
          const request = new Request("http://localhost/api/health");
          const answer = await app.fetch(request, stuck, ctx as unknown as ExecutionContext);
          expect(answer.status).toBe(200);
        }
        expect(take).not.toHaveBeenCalled();
        expect(waiting.length).toBeLessThanOrEqual(1);
      } finally {
        vi.useRealTimers();
      }
    });
    expect(grown).toBe(20);
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
    const something = counter("focus_test_lost_total", "Lost on the way.", []);
    vi.spyOn(console, "error").mockReturnValue();
    const grown = await growth(lost, {}, async () => {
      // Not awaited in between: what is gathered now is this batch.
      something.add({});
      const get = () => ({ take: async () => await Promise.reject(new Error("away")) });
      await sendNow({ ...env, METRICS: { idFromName: () => "all", get } } as unknown as Env);
    });
    expect(grown).toBe(1);
  });

  it("is sent with the rest at the end of a cron, which nobody follows", async () => {
    const name = "focus_test_cron_total";
    const arrived = async () =>
      (await metricsObject().series()).filter((series) => series.name === name);
    counter(name, "Counted before a cron.", []).add({});
    await runCron(
      { cron: "none", scheduledTime: Date.now(), noRetry: () => undefined },
      env,
      createExecutionContext(),
    );
    expect(await arrived()).toMatchObject([{ sum: 1 }]);
  });
});
