import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalServer } from "./http.ts";
import { freePort } from "./ports.ts";
import type { Means } from "./smoke/check.ts";
import { runSmoke, type Result } from "./smoke/run.ts";
import { startStack, type Stack } from "./stack.ts";
import { account, signUp } from "./testing/smoke-account.ts";
import { command } from "./testing/smoke-command.ts";
import { startSpoilingProxy, type Spoil, type Spoiled } from "./testing/spoiling-proxy.ts";
import { parseExposition, sumOf } from "../testing/prometheus.ts";
import { until } from "../testing/until.ts";

const bare: Means = {
  origin: null,
  version: null,
  account: null,
  metrics_token: null,
  patience_ms: 20_000,
};

let folder: string;
let stack: Stack;
let proxy: LocalServer;
let spoil: Spoil = () => null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-smoke-"));
  stack = await startStack({
    folder,
    port: await freePort(),
    mail_port: 0,
    database_url: process.env["DATABASE_URL"],
    bindings: { SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" },
    durable: false,
    log: () => undefined,
  });
  proxy = await startSpoilingProxy(stack.api_url, (...answer) => spoil(...answer));
  await signUp(stack);
}, 120_000);

afterAll(async () => {
  await proxy?.stop();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function metricsToken(): Promise<string> {
  const secrets = JSON.parse(await readFile(join(folder, "secrets.json"), "utf8")) as object;
  return (secrets as { metrics_token: string }).metrics_token;
}

const failures = (results: readonly Result[]) =>
  results.flatMap(({ name, is_ok, words }) => (is_ok ? [] : [`${name}: ${words}`]));

/** What is found where this is spoiled. */
async function foundWith(what: Spoil, means: Partial<Means> = {}): Promise<string[]> {
  spoil = what;
  try {
    const url = `http://127.0.0.1:${proxy.port}`;
    return failures(await runSmoke(url, { ...bare, ...means }, () => undefined));
  } finally {
    spoil = () => null;
  }
}

describe("the smoke test of a stack that is well", () => {
  it("finds nothing wrong, without credentials", async () => {
    const { code, output } = await command([stack.api_url, "--origin", "http://localhost:3000"]);
    expect(output).not.toContain("FAIL");
    expect(output).toMatch(/ok {4}health and version: 0\.1\.0\+[0-9a-f]{8}\n/);
    expect(output).toMatch(/: \d\d ok, 0 failed \(/);
    expect(code).toBe(0);
  });

  it("with an account and the metrics' token sees all that is readable, and leaves no session behind", async () => {
    const metrics_token = await metricsToken();
    const { code, output } = await command([stack.api_url], {
      SMOKE_EMAIL: account.email,
      SMOKE_PASSWORD: account.password,
      SMOKE_METRICS_TOKEN: metrics_token,
    });
    expect(output).not.toContain("FAIL");
    expect(output).toContain("a leaderboard: read");
    expect(output).toContain("a socket, by a ticket: opened, greeted with policy, closed");
    expect(output).toContain("signing out: for good");
    expect(output).toMatch(/metrics: \d+ lines/);
    for (const secret of [account.password, metrics_token]) expect(output).not.toContain(secret);
    expect(code).toBe(0);
  });
});

describe("the metrics of a stack that is well", () => {
  it("tell of every request and socket within seconds, though no request waits for that", async () => {
    const headers = { authorization: `Bearer ${await metricsToken()}` };
    const scrape = async () =>
      parseExposition(await (await fetch(`${stack.api_url}/metrics`, { headers })).text());
    const route = "/api/challenges/:id/leaderboard";
    const families = await until("what the smoke test did", async () => {
      const read = await scrape();
      // Requests and sockets come in batches of their own, in whatever order.
      const isTold =
        sumOf(read, "focus_http_requests_total", { route, status: "200" }) > 0 &&
        sumOf(read, "focus_sockets_closed_total", { holder: "user", code: "1000" }) > 0;
      return isTold && read;
    });
    expect(sumOf(families, "focus_sockets_opened_total", { holder: "user" })).toBe(1);
    expect(sumOf(families, "focus_sockets_closed_total", { holder: "user", code: "1000" })).toBe(1);
    expect(sumOf(families, "focus_sockets_open")).toBe(0);
    expect(sumOf(families, "focus_metrics_batches_lost_total")).toBe(0);
    const routes = families.get("focus_http_requests_total")?.samples ?? [];
    const unknown = routes.filter(
      ({ labels }) => !/^\/(\w|[-/:{}.])*$/.test(labels["route"] ?? ""),
    );
    expect(unknown.map(({ labels }) => labels["route"])).toEqual(
      unknown.map(() => expect.stringMatching(/^\/?\*$/)),
    );
  });
});

describe("the smoke test of a stack that is not well", () => {
  const at =
    (wanted: string, spoiled: Spoiled | "hang"): Spoil =>
    (path) =>
      path === wanted ? spoiled : null;
  const without =
    (name: string): Spoil =>
    () => ({ headers: { [name]: null } });
  const inDocument =
    (change: (document: { paths: Record<string, object>; openapi: string }) => void): Spoil =>
    (path, _method, text) => {
      if (path !== "/openapi.json") return null;
      const document = JSON.parse(text) as { paths: Record<string, object>; openapi: string };
      change(document);
      return { text: JSON.stringify(document) };
    };

  it("finds nothing where nothing is spoiled: the proxy itself is clear", async () => {
    expect(await foundWith(() => null)).toEqual([]);
  });

  it.each<[string, Spoil, RegExp]>([
    [
      "a missing secret",
      at("/api/health", { text: '{"status":"not_configured","version":"1"}' }),
      /health.*which variable or secret/,
    ],
    ["health that is down", at("/api/health", { status: 500 }), /health.*answered 500/],
    ["another API", at("/api/health", { text: "<html>" }), /is no JSON/],
    ["no nosniff", without("x-content-type-options"), /security headers.*x-content-type-options/],
    ["no HSTS", without("strict-transport-security"), /strict-transport-security/],
    ["no request id", without("x-request-id"), /x-request-id/],
    ["a database that is away", at("/api/auth/login", { status: 503 }), /check PLANETSCALE_URL/],
    [
      "a catalogue that is sent each time",
      at("/api/catalogue", { status: 200 }),
      /catalogue.*answered 200 instead of 304/,
    ],
    ["a catalogue without a tag", without("etag"), /catalogue.*no ETag/],
    ["open metrics", at("/metrics", { status: 200 }), /metrics.*answered 200/],
    ["a document of another kind", inDocument((one) => (one.openapi = "3.0.0")), /openapi/],
    [
      "a route that was not mounted",
      inDocument((one) => delete one.paths["/api/blocked/decisions"]),
      /names no GET \/api\/blocked\/decisions/,
    ],
    [
      "a reference that leads nowhere",
      inDocument((one) => (one.paths["/x"] = { $ref: "#/nowhere" })),
      /leads nowhere/,
    ],
    [
      "docs without their script",
      at("/docs/swagger-ui-bundle.js", { status: 404 }),
      /\/docs: .*404/,
    ],
    [
      "a style of another type",
      at("/docs/page.css", { headers: { "content-type": "text/plain" } }),
      /content-type: text\/plain/,
    ],
    [
      "a page that loads from elsewhere",
      at("/redoc", { text: '<script src="https://cdn.invalid/a.js"></script>' }),
      /\/redoc: .*from elsewhere/,
    ],
    [
      "a 404 that is no problem",
      at("/api/nowhere", { text: "{}" }),
      /404 .*the problem has no type/,
    ],
    ["an open door", at("/api/users/me", { status: 200 }), /401 for no token/],
    [
      "405 without Allow",
      (_path, method) => (method === "DELETE" ? { headers: { allow: null } } : null),
      /405 .*allow/,
    ],
    [
      "pages of anybody",
      () => ({ headers: { "access-control-allow-origin": "*" } }),
      /strangers.*read answers/,
    ],
  ])("finds %s", async (_what, what, words) => {
    expect((await foundWith(what)).join("\n")).toMatch(words);
  });

  it("finds an answer that never comes, and goes on", async () => {
    const found = await foundWith(at("/redoc", "hang"), { patience_ms: 3_000 });
    expect(found).toEqual(["/redoc: GET /redoc: said nothing for 3 s"]);
  });

  it("finds an older version than the one that was deployed, and a page that is not allowed", async () => {
    const found = await foundWith(() => null, {
      version: "v9.9.9",
      origin: "https://app.focus.example",
    });
    expect(found).toHaveLength(2);
    expect(found.join("\n")).toMatch(/not v9\.9\.9[\s\S]*add https:\/\/app.* to CORS_ORIGINS/);
  });

  it("says that a password is wrong, and leaves out what is behind the door", async () => {
    const wrong = { ...account, password: "another evening at home" };
    const found = await foundWith(() => null, { account: wrong });
    expect(found[0]).toMatch(/signing in: SMOKE_EMAIL and SMOKE_PASSWORD are not those/);
    expect(found.slice(1).every((line) => line.includes("nobody is signed in"))).toBe(true);
  });

  it("finds a session that lives on after signing out", async () => {
    let isOut = false;
    const found = await foundWith(
      (path) => {
        if (path === "/api/auth/logout") isOut = true;
        return isOut && path === "/api/users/me" ? { status: 200 } : null;
      },
      // The proxy hands no sockets on: that one is found, too.
      { account, patience_ms: 3_000 },
    );
    expect(found.join("\n")).toMatch(/a socket, by a ticket[\s\S]*signing out: .*answered 200/);
  });
});
