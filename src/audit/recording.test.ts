import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { buildContext, jobContext } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { WorkLog } from "../platform/log.ts";
import { signUp } from "../testing/api.ts";
import { until } from "../testing/until.ts";
import { auditLogs } from "./audit.table.ts";
import { record, recordByQueue } from "./recording.service.ts";

const { db } = jobContext(env, createExecutionContext(), "test");
const logsOf = async (request_id: string) =>
  await db.select().from(auditLogs).where(eq(auditLogs.request_id, request_id));

function contextOf(user_id: string) {
  return buildContext({
    env,
    actor: { type: "user", user_id, session_id: newId(0), role: "user", expires_at: 0 },
    log: new WorkLog(),
    origin: {
      request_id: newId(Date.now()),
      ip: "192.0.2.7",
      user_agent: "a phone",
      location_hint: null,
    },
    deadline_ms: 5_000,
    waitUntil: () => undefined,
  });
}

describe("what is audited", () => {
  it("stands with who did it, from where, under which request, at its level", async () => {
    const ada = await signUp();
    const ctx = contextOf(ada.id);
    await record(ctx, { action: "blocking.rule_reset", context: { rule_id: "r" } });
    expect(await logsOf(ctx.origin.request_id)).toMatchObject([
      {
        level: "info",
        action: "blocking.rule_reset",
        user_id: ada.id,
        actor_id: ada.id,
        ip: "192.0.2.7",
        user_agent: "a phone",
        context: { rule_id: "r" },
        personal: null,
      },
    ]);
  });

  it("comes into MySQL by the queue where it has no transaction, once however often it comes", async () => {
    const ada = await signUp();
    const ctx = contextOf(ada.id);
    await recordByQueue(ctx, { action: "auth.login_failed", context: { why: "wrong password" } });
    const [row] = await until("the row", async () => {
      const rows = await logsOf(ctx.origin.request_id);
      return rows.length > 0 ? rows : null;
    });
    if (!row) throw new Error("no row");
    await env.AUDIT_QUEUE.send(row);
    await recordByQueue(ctx, { action: "auth.logged_in" });
    await until("the next row", async () => (await logsOf(ctx.origin.request_id)).length === 2);
    expect(row).toMatchObject({ level: "warning", user_id: ada.id });
  });

  it("does not bring back who was erased while it was on its way", async () => {
    const ctx = contextOf(newId(Date.now()));
    await recordByQueue(ctx, { action: "users.changed", personal: { display_name: "Ada" } });
    const [row] = await until("the row", async () => {
      const rows = await logsOf(ctx.origin.request_id);
      return rows.length > 0 ? rows : null;
    });
    expect(row).toMatchObject({
      user_id: null,
      actor_id: null,
      ip: null,
      user_agent: null,
      personal: null,
    });
  });
});
