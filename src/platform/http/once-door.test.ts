import { exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { api, call, signUp } from "../../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../../testing/clock.ts";
import { postUnder } from "../../testing/once.ts";

restoreClockAfterEach();

const NOON = "2026-03-10T12:00:00Z";
const plain = { name: "Quiet week", start_date: "2026-03-12", end_date: "2026-03-18" };
const interval = { app: "x.com", started_at: "2026-03-10T10:00:00Z", duration_seconds: 60 };

describe("the door of requests under a key", () => {
  it.each([
    ["/challenges", plain],
    ["/activities", interval],
  ])("counts every request to %s once, whatever comes of it", async (path, body) => {
    fixedClock(NOON);
    const ada = await signUp();
    const wrong = { ...body, unknown: 1 };
    const left: (string | null)[] = [];
    for (const [sent, key] of [
      [body, "k"],
      [body, "k"],
      [wrong, "k"],
      [wrong, "another"],
      [wrong, "another"],
      [body, "mal formed"],
    ] as const) {
      const { headers } = await postUnder(ada, path, sent, key);
      left.push(headers.get("ratelimit"));
    }
    expect(left).toEqual([99, 98, 97, 96, 95, 94].map((n) => `"user";r=${n};t=60`));
  });

  it.each([
    ["/challenges", plain],
    ["/activities", interval],
  ])("lets the 101st request to %s in later: its key was not used", async (path, body) => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    for (let n = 0; n < 100; n += 1) await api(ada).get("/activities/today");
    expect((await postUnder(ada, path, body, "k")).status).toBe(429);
    clock.advance(60_000);
    expect((await postUnder(ada, path, { ...body }, "k")).status).toBe(201);
  });

  it("costs no call more without a key, and at most two more with one", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const lines = vi.spyOn(console, "info").mockImplementation(() => undefined);
    await api(ada).post("/activities", interval);
    await postUnder(ada, "/activities", interval, "k");
    await postUnder(ada, "/activities", interval, "k");
    await api(ada).post("/challenges", plain);
    await postUnder(ada, "/challenges", plain, "k2");
    const costs = lines.mock.calls
      .map(([line]) => JSON.parse(String(line)) as { event: string; object_calls: number })
      .filter(({ event }) => event === "request")
      .map(({ object_calls }) => object_calls);
    lines.mockRestore();
    const [single, run, again, plainly, keyed] = costs;
    expect([single, run, again]).toEqual([1, 3, 1]);
    expect(keyed).toBe(Number(plainly) + 1);
  });
});

describe("the document of requests under a key", () => {
  /** POSTs that take no key; a new one stands here or creates. */
  const others = [
    // Of nobody signed in: their answers are alike however often they come.
    "/auth/register",
    "/auth/verify-email",
    "/auth/resend-verification",
    "/auth/login",
    "/auth/refresh",
    "/auth/logout",
    "/auth/forgot-password",
    "/auth/reset-password",
    // A one-time ticket must not be given twice.
    "/auth/ticket",
    // Creates nothing.
    "/challenges/{id}/leave",
    "/challenges/{id}/complete",
    "/blocked/{id}/reset",
    "/mail/unsubscribe",
    "/webhooks/postmark",
  ];
  const creating = [
    "/activities",
    "/blocked",
    "/challenges",
    "/challenges/join",
    "/challenges/{id}/join",
    "/challenges/{id}/invite-code",
  ];

  it("names the key, and what can go wrong with it, on the POSTs that create and nowhere else", async () => {
    const answer = await exports.default.fetch(new Request("http://localhost/openapi.json"));
    const { paths } = await answer.json<{
      paths: Record<string, Record<string, { parameters?: object[] }>>;
    }>();
    const posts = Object.keys(paths).filter((path) => paths[path]?.["post"]);
    const known = [...others, ...creating].map((path) => `/api${path}`);
    expect(posts.sort()).toEqual(known.sort());
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, route] of Object.entries(methods)) {
        const creates = method === "post" && creating.some((one) => path === `/api${one}`);
        const text = JSON.stringify(route);
        expect(text.includes("in_progress"), path).toBe(creates);
        expect(text.includes("idempotency_mismatch"), path).toBe(creates);
        const key = expect.objectContaining({ name: "Idempotency-Key", in: "header" });
        if (creates) expect(route.parameters).toContainEqual(key);
        else expect(text).not.toContain("Idempotency-Key");
      }
    }
  });

  it("lets a browser send the key and read whether an answer was given before", async () => {
    const origin = "http://localhost:3000";
    const { headers } = await call("GET", "/health", undefined, { origin });
    expect(headers.get("access-control-expose-headers")).toContain("idempotency-replayed");
  });
});
