import { randomInt, randomUUID } from "node:crypto";
import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { asc, eq } from "drizzle-orm";
import { auditLogs } from "../audit/audit.table.ts";
import { jobContext } from "../platform/context.ts";
import { until } from "./until.ts";

/** An audited act as it stands. */
export type Log = typeof auditLogs.$inferSelect;

const db = () => jobContext(env, createExecutionContext(), "test").db;

/** What stands under a request's id, oldest first. */
export async function logsOfRequest(request_id: string): Promise<Log[]> {
  return await db()
    .select()
    .from(auditLogs)
    .where(eq(auditLogs.request_id, request_id))
    .orderBy(asc(auditLogs.id));
}

/** What stands about somebody, by id or pseudonym, oldest first. */
export async function logsAbout(user_id: string): Promise<Log[]> {
  return await db()
    .select()
    .from(auditLogs)
    .where(eq(auditLogs.user_id, user_id))
    .orderBy(asc(auditLogs.id));
}

/** The first `count` acts that come to stand under a request's id, by the queue or at once. */
export async function awaitLogs(request_id: string, count = 1): Promise<Log[]> {
  return await until(`${count} logs of ${request_id}`, async () => {
    const logs = await logsOfRequest(request_id);
    return logs.length >= count && logs;
  });
}

/** Where a request comes from, which no other comes from. */
export type Visit = {
  request_id: string;
  ip: string;
  user_agent: string;
  /** Makes a call from there, as a user where one is given. */
  call: (
    method: string,
    path: string,
    body?: unknown,
    more?: Record<string, string>,
  ) => Promise<{ status: number; body: Record<string, never> }>;
};

/** A request from a place of its own. */
export function visit(user?: { access_token: string }): Visit {
  const request_id = `audit-${randomUUID()}`;
  const ip = `2001:db8:${randomInt(1, 65_536).toString(16)}:${randomInt(1, 65_536).toString(16)}::1`;
  const user_agent = `phone ${randomUUID()}`;
  return {
    request_id,
    ip,
    user_agent,
    async call(method, path, body, more = {}) {
      const isBytes = body instanceof Uint8Array;
      const answer = await exports.default.fetch(
        new Request(`http://localhost/api${path}`, {
          method,
          headers: {
            "x-request-id": request_id,
            "cf-connecting-ip": ip,
            "user-agent": user_agent,
            ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
            ...(user ? { authorization: `Bearer ${user.access_token}` } : {}),
            ...more,
          },
          ...(body === undefined
            ? {}
            : { body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
        }),
      );
      const text = await answer.text();
      const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
      return {
        status: answer.status,
        body: (isJson ? JSON.parse(text) : {}) as Record<string, never>,
      };
    },
  };
}
