import { createRoute, OpenAPIHono, type RouteConfig, type z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { buildContext } from "../context.ts";
import { userContext, type Access, type AppEnv } from "./app-env.ts";
import { KEY_HEADER, REPLAYED_HEADER, runOnce } from "./once.ts";
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

type Route = Omit<RouteConfig, "path" | "security" | "middleware" | "parameters"> & {
  problems?: number[];
  /** A POST of a signed-in caller that creates: it takes an `Idempotency-Key`. */
  creates?: true;
  /** The handler reads the body, and holds it to its own limit (`withBody`); else it is JSON. */
  takes_bytes?: true;
};

/**
 * Declares a route: its path, who may call it, and what it takes and answers. Adds to the document
 * the security scheme and the problems that any such route may answer. Problems are thrown, never
 * returned, so the handler's type names only what it answers itself.
 *
 * A route that `creates` must bear being run again under its key, since a crash, a 5xx or a lost
 * COMMIT leaves nobody to say how the first try ended. Its service gives what it creates the id
 * `createdId(ctx)`, and takes what it finds under that id, and owned by the caller, for its own work.
 */
export function defineRoute<P extends string, R extends Route>(
  path: P,
  access: Access,
  route: R,
): R & { path: P } {
  const { problems = [], creates = false, takes_bytes = false, ...rest } = route;
  if (creates && access === "public") throw new Error(`${path}: keys belong to signed-in callers`);
  const statuses = new Set([
    400,
    413,
    415,
    422,
    429,
    500,
    503,
    ...(access === "public" ? [] : [401, 403]),
    ...(creates ? [409] : []),
    ...problems,
  ]);
  const responses: RouteConfig["responses"] = {};
  for (const status of [...statuses].sort((a, b) => a - b))
    responses[status] = problemAnswer(status, creates ? onceProblems[status] : undefined);
  Object.assign(responses, rest.responses);
  const security: Record<string, string[]>[] = access === "public" ? [] : [{ bearer: [] }];
  const parameters = creates ? { parameters: [keyParameter] } : {};
  const own = enter(access, creates);
  const middleware = takes_bytes ? [own] : [jsonBodyLimit, own];
  const declared = { ...rest, ...parameters, path, responses, security, middleware };
  return createRoute(declared as RouteConfig) as unknown as R & { path: P };
}

const keyParameter = {
  name: KEY_HEADER,
  in: "header" as const,
  required: false,
  description: [
    "1 to 64 visible ASCII characters. The same key and body within 24 hours give the first answer",
    `again, marked \`${REPLAYED_HEADER}: true\`. Of a user's keys the newest 1,000 are remembered.`,
  ].join(" "),
  schema: { type: "string" as const, pattern: "^[!-~]{1,64}$" },
};

const onceProblems: Record<number, string> = {
  409: `\`in_progress\`: a request with the same ${KEY_HEADER} is still running`,
  422: `\`idempotency_mismatch\`: the ${KEY_HEADER} came with another path or body before`,
};

function problemAnswer(status: number, also: string | undefined) {
  return {
    description: `Problem (${status})${also === undefined ? "" : `; ${also}`}`,
    content: { "application/problem+json": { schema: problemSchema } },
  };
}

/** Lets the caller in, or not, and sets the context of the request; what creates is done once. */
function enter(access: Access, creates: boolean): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const key = creates ? c.req.header(KEY_HEADER) : undefined;
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
      // Asking for the key is a call to the user's object, and that one admits and counts.
      c.set("ctx", await c.get("authenticate")(c, key === undefined ? access : "user_inline"));
      if (key !== undefined) return await runOnce(c, key, next);
    }
    await next();
    if (access === "admin" || access === "admin_anyway")
      await c.get("noteAdminCall")(c, userContext(c));
    return undefined;
  };
}
