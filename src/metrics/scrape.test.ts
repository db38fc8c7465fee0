import { createExecutionContext, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../app.ts";
import { api, call, signUp } from "../testing/api.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { sumOf } from "../testing/prometheus.ts";
import { growth, METRICS_TOKEN, metricsObject, scrape, scraped } from "../testing/scrape.ts";
import { until } from "../testing/until.ts";

healAfterEach();
afterEach(() => {
  vi.restoreAllMocks();
});

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
    const scrapeWith = async (authorization: string | null, token = METRICS_TOKEN) =>
      await createApp().fetch(
        new Request(
          "http://localhost/metrics",
          authorization ? { headers: { authorization } } : {},
        ),
        { ...env, METRICS_TOKEN: token },
        createExecutionContext(),
      );
    for (const wrong of [
      null,
      "Bearer",
      `Bearer ${METRICS_TOKEN}x`,
      `Basic ${METRICS_TOKEN}`,
      "Bearer undefined",
    ]) {
      expect((await scrapeWith(wrong)).status, String(wrong)).toBe(401);
    }
    expect((await scrapeWith(`Bearer ${METRICS_TOKEN}`)).status).toBe(200);
    vi.spyOn(console, "error").mockReturnValue();
    for (const unset of ["", "too short"]) {
      for (const given of [null, `Bearer ${unset}`, `Bearer ${METRICS_TOKEN}`]) {
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
      const before = await scraped("focus_http_requests_total", labels);
      await api(ada).get("/users/me");
      await until("the first to be there", async () => {
        return sumOf(await scrape(), "focus_http_requests_total", labels) === before + 1;
      });
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
