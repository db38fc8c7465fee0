import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call } from "./testing/api.ts";

const raw = async (path: string, init: RequestInit = {}) =>
  await exports.default.fetch(new Request(`http://localhost${path}`, init));

describe("every answer", () => {
  it("carries a request id: the client's own if it is well-formed, else a new one", async () => {
    const own = "client-id-12345678";
    expect(
      (await call("GET", "/health", undefined, { "x-request-id": own })).headers.get(
        "x-request-id",
      ),
    ).toBe(own);
    for (const bad of ["short", "with space 12345", "x".repeat(65)]) {
      const given = (await call("GET", "/health", undefined, { "x-request-id": bad })).headers.get(
        "x-request-id",
      );
      expect(given).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it("carries the security headers, also when it is a problem", async () => {
    for (const path of ["/health", "/nowhere", "/users/me"]) {
      const { headers } = await call("GET", path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("strict-transport-security")).toContain("max-age");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });

  it("is the same under /api and /api/v1", async () => {
    expect(await (await raw("/api/v1/health")).json()).toEqual(
      await (await raw("/api/health")).json(),
    );
  });
});

describe("a request that does not fit", () => {
  it.each([
    ["GET", "/nowhere", undefined, {}, 404, "not_found"],
    ["DELETE", "/auth/login", undefined, {}, 405, "method_not_allowed"],
    ["POST", "/auth/login", "{oops", {}, 400, "malformed_json"],
    [
      "POST",
      "/auth/login",
      "email=a",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "body_not_json",
    ],
    ["POST", "/auth/login", [], {}, 422, "invalid_fields"],
    [
      "POST",
      "/auth/login",
      { email: "a@example.com", password: "x".repeat(300_000) },
      {},
      413,
      "body_too_large",
    ],
  ])("%s %s (case %#) answers as a problem", async (method, path, body, headers, status, code) => {
    const answer = await call(method, path, body, headers as Record<string, string>);
    expect(answer).toMatchObject({
      status,
      body: { status, code, type: `urn:focus-api:problem:${code}` },
    });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toHaveProperty("request_id", answer.headers.get("x-request-id"));
  });

  it("names the methods that are allowed", async () => {
    expect((await call("DELETE", "/auth/login")).headers.get("allow")).toContain("POST");
  });
});

describe("browsers", () => {
  it.each([
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://localhost:3001", null],
    ["https://localhost:3000", null],
    ["http://localhost:3000.evil.example", null],
    ["null", null],
  ])("from %s may read answers: %s", async (origin, allowed) => {
    const { headers } = await call("GET", "/health", undefined, { origin });
    expect(headers.get("access-control-allow-origin")).toBe(allowed);
    const preflight = await raw("/api/users/me", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe(allowed);
  });
});

describe("the documentation", () => {
  it("describes every route in OpenAPI 3.1, each with its problems", async () => {
    const answer = await raw("/openapi.json");
    const document = await answer.json<{
      openapi: string;
      paths: Record<
        string,
        Record<string, { responses: Record<string, object>; summary?: string }>
      >;
    }>();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toContain("/api/activities");
    for (const methods of Object.values(document.paths)) {
      for (const route of Object.values(methods)) {
        expect(route.summary).toBeTruthy();
        expect(Object.keys(route.responses)).toEqual(expect.arrayContaining(["422", "500", "503"]));
      }
    }
  });

  it.each(["/docs", "/redoc"])(
    "%s is served from our own origin under a strict policy",
    async (path) => {
      const page = await raw(path);
      expect(page.status).toBe(200);
      const html = await page.text();
      const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) {
        expect(link).toMatch(/^\//);
        expect((await raw(String(link))).status).toBe(200);
      }
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    },
  );
});
