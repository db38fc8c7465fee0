import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import { Client } from "@planetscale/database";
import { eq } from "drizzle-orm";
import { ACTIONS, type Action } from "../audit/actions.ts";
import { auditLogs } from "../audit/audit.table.ts";
import type { LogRow } from "../audit/entry.ts";
import { jobContext } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import type { Instant } from "../platform/time/instant.ts";
import { until } from "./until.ts";

/** An act as it would have been written down at an instant. */
export function logAt(
  created_at: Instant,
  action: Action = "auth.logged_in",
  changes: Partial<LogRow> = {},
): LogRow {
  return {
    id: newId(created_at),
    level: ACTIONS[action],
    action,
    user_id: null,
    actor_id: null,
    ip: null,
    user_agent: null,
    request_id: null,
    context: {},
    personal: null,
    created_at,
    ...changes,
  };
}

/** Has acts stand in the log. */
export async function addLogs(rows: readonly LogRow[]): Promise<void> {
  const { db } = jobContext(env, createExecutionContext(), "test");
  for (let from = 0; from < rows.length; from += 1_000) {
    await db.insert(auditLogs).values(rows.slice(from, from + 1_000));
  }
}

/** Forgets all that other tests had audited, the archive included. */
export async function emptyAudit(): Promise<void> {
  const client = new Client({ url: inject("planetscaleUrl") });
  for (const table of ["audit_logs", "audit_counts", "audit_parts", "audit_part_people"]) {
    await client.execute(`delete from ${table}`);
  }
  const { objects } = await env.FILES.list({ prefix: "audit/" });
  await env.FILES.delete(objects.map(({ key }) => key));
}

/**
 * Has the acts that are still in the queue come into the log: those of a past year would be the oldest
 * in what other files have emptied, and no empty log any more.
 */
export async function queuedActsIn(): Promise<void> {
  const { db } = jobContext(env, createExecutionContext(), "test");
  const last = logAt(Date.now());
  const isLast = eq(auditLogs.id, last.id);
  await env.AUDIT_QUEUE.send(last);
  await until("the last of the audit's queue", async () => {
    return (await db.select().from(auditLogs).where(isLast)).length > 0;
  });
  await db.delete(auditLogs).where(isLast);
}

/** The names of the archive's parts, in order. */
export async function partNames(): Promise<string[]> {
  const { objects } = await env.FILES.list({ prefix: "audit/" });
  return objects.map(({ key }) => key);
}

/** The text of a part of the archive. */
export async function partText(name: string): Promise<string> {
  const file = await env.FILES.get(name);
  if (!file) throw new Error(`no part ${name}`);
  return await new Response(file.body.pipeThrough(new DecompressionStream("gzip"))).text();
}
