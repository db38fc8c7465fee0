import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { routePath } from "hono/route";
import type { MiddlewareHandler } from "hono";
import { clock } from "../clock.ts";
import { loadConfig } from "../env.ts";
import type { Quota } from "../context.ts";
import { errors } from "../errors.ts";
import { newId } from "../ids.ts";
import { WorkLog } from "../log.ts";
import { sendSoon } from "../metrics/send.ts";
import type { AppEnv } from "./app-env.ts";
import { countRequest } from "./request-metrics.ts";

const JSON_BODY_BYTES = 256 * 1024;
const MAX_AGENT = 512;

/** First and last hand on every request: its id, origin and log, its headers, its one log line. */
export const edge: MiddlewareHandler<AppEnv> = async (c, next) => {
  const given = c.req.header("x-request-id") ?? "";
  const request_id = /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : newId(clock.now());
  const log = new WorkLog();
  c.set("log", log);
  c.set("quota", { current: null });
  c.set("origin", {
    request_id,
    // The only header that names the caller's address and that a caller cannot set.
    ip: c.req.header("cf-connecting-ip") ?? null,
    user_agent: printable(c.req.header("user-agent")),
    location_hint: locationHint(c.req.raw),
  });
  await next();
  // An upgraded connection has no headers left to set.
  if (c.res.status !== 101) {
    for (const [name, value] of Object.entries(rateHeaders(c.get("quota").current)))
      c.header(name, value);
    c.header("x-request-id", request_id);
    c.header("x-content-type-options", "nosniff");
    c.header("strict-transport-security", "max-age=63072000; includeSubDomains");
    c.header("referrer-policy", "no-referrer");
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
    if (!c.res.headers.has("content-security-policy")) {
      c.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    }
  }
  const { status } = c.res;
  const { method } = c.req;
  // The one that answered: a path may match others behind it.
  const route = routePath(c);
  log.write(status >= 500 ? "error" : "info", "request", {
    method,
    route,
    status,
    request_id,
    ...log.calls(["object", "mysql"]),
  });
  countRequest({ method, route, status, ms: log.elapsed() });
  sendSoon({ env: c.env, waitUntil: (work) => c.executionCtx.waitUntil(work) });
};

/** Only origins of the allow-list may read answers in a browser. */
export const allowedOrigins: MiddlewareHandler<AppEnv> = async (c, next) => {
  const allowed = loadConfig(c.env).CORS_ORIGINS;
  return await cors({
    origin: (origin) => (allowed.includes(origin) ? origin : null),
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: [
      "authorization",
      "content-type",
      "idempotency-key",
      "if-none-match",
      "x-request-id",
    ],
    exposeHeaders: [
      "etag",
      "idempotency-replayed",
      "ratelimit",
      "ratelimit-policy",
      "retry-after",
      "x-request-id",
    ],
    maxAge: 86_400,
  })(c, next);
};

/** Refuses a body over 256 KiB before anything reads it. */
export const jsonBodyLimit = bodyLimit({
  maxSize: JSON_BODY_BYTES,
  onError: () => {
    throw errors.body_too_large({ detail: "The body is larger than 256 KiB." });
  },
});

function printable(agent: string | undefined): string | null {
  // Control characters would forge lines in whatever shows the audit.
  return agent === undefined ? null : agent.replaceAll(/\p{Cc}/gu, "").slice(0, MAX_AGENT);
}

const hintOfContinent: Record<string, DurableObjectLocationHint> = {
  AF: "afr",
  AS: "apac",
  EU: "weur",
  NA: "enam",
  OC: "oc",
  SA: "sam",
};

function locationHint(request: Request): DurableObjectLocationHint | null {
  const cf = request.cf as { continent?: string } | undefined;
  return hintOfContinent[cf?.continent ?? ""] ?? null;
}

function rateHeaders(quota: Quota | null): Record<string, string> {
  if (!quota) return {};
  return {
    "ratelimit-policy": `"user";q=${quota.limit};w=${quota.window_seconds}`,
    ratelimit: `"user";r=${quota.remaining};t=${quota.reset_seconds}`,
  };
}
