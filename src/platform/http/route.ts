import { createRoute, OpenAPIHono, type RouteConfig, type z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { buildContext } from "../context.ts";
import type { Access, AppEnv } from "./app-env.ts";
import { jsonBodyLimit } from "./edge.ts";
import { problemSchema } from "./problem.ts";
import { validationHook } from "./validation.ts";

/** How long a request may wait for MySQL, so that every answer comes within 5 s. */
export const REQUEST_DEADLINE_MS = 4_000;

/** A feature's own sub-app: `openapi(route, handler)` for each of its routes. */
export function featureApp(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({ defaultHook: validationHook });
}

/** A JSON body or answer of the given schema. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, required: true as const, content: { "application/json": { schema } } };
}

/** An answer without a body. */
export function empty(description: string) {
  return { description };
}

type Route = Omit<RouteConfig, "path" | "security" | "middleware"> & {
  problems?: number[];
  /** The handler reads the body, and holds it to its own limit (`withBody`); else it is JSON. */
  takes_bytes?: true;
};

/**
 * Declares a route: its path, who may call it, and what it takes and answers. Adds to the document
 * the security scheme and the problems that any such route may answer. Problems are thrown, never
 * returned, so the handler's type names only what it answers itself.
 */
export function defineRoute<P extends string, R extends Route>(
  path: P,
  access: Access,
  route: R,
): R & { path: P } {
  const { problems = [], takes_bytes = false, ...rest } = route;
  const statuses = new Set([
    400,
    413,
    415,
    422,
    429,
    500,
    503,
    ...(access === "public" ? [] : [401, 403]),
    ...problems,
  ]);
  const responses: RouteConfig["responses"] = {};
  for (const status of [...statuses].sort((a, b) => a - b))
    responses[status] = problemAnswer(status);
  Object.assign(responses, rest.responses);
  const security: Record<string, string[]>[] = access === "public" ? [] : [{ bearer: [] }];
  const middleware = takes_bytes ? [enter(access)] : [jsonBodyLimit, enter(access)];
  const declared = { ...rest, path, responses, security, middleware };
  return createRoute(declared as RouteConfig) as unknown as R & { path: P };
}

function problemAnswer(status: number) {
  return {
    description: `Problem (${status})`,
    content: { "application/problem+json": { schema: problemSchema } },
  };
}

/** Lets the caller in, or not, and sets the context of the request. */
function enter(access: Access): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (access === "public") {
      c.set(
        "ctx",
        buildContext({
          env: c.env,
          actor: { type: "anonymous" },
          log: c.get("log"),
          origin: c.get("origin"),
          quota: c.get("quota"),
          deadline_ms: REQUEST_DEADLINE_MS,
          waitUntil: (work) => c.executionCtx.waitUntil(work),
        }),
      );
    } else {
      c.set("ctx", await c.get("authenticate")(c, access));
    }
    await next();
  };
}
