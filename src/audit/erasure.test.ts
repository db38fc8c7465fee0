import { randomUUID } from "node:crypto";
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { buildContext, jobContext } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { WorkLog } from "../platform/log.ts";
import { api, signUp } from "../testing/api.ts";
import { logsAbout, logsOfRequest, type Log } from "../testing/visit.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { testDatabase } from "../testing/database.ts";
import { tracesInMySql, untilErased } from "../testing/traces.ts";
import { eraseFromAudit } from "./erasure.service.ts";
import { rowOf } from "./entry.ts";
import { record, takeIn } from "./recording.service.ts";

restoreClockAfterEach();

const work = () => jobContext(env, createExecutionContext(), "test");

/** A request of somebody's, from a place of their own. */
function requestOf(user_id: string) {
  return buildContext({
    env,
    actor: { type: "user", user_id, session_id: newId(0), role: "user", expires_at: 0 },
    log: new WorkLog(),
    origin: {
      // A client may take whatever it likes for its requests' ids.
      request_id: `${user_id.slice(0, 36)}-${randomUUID().slice(0, 8)}`,
      ip: `ip-${randomUUID()}`,
      user_agent: `agent ${randomUUID()}`,
      location_hint: null,
    },
    deadline_ms: 5_000,
    waitUntil: () => undefined,
  });
}

const one = async (request_id: string): Promise<Log> => {
  const [log] = await logsOfRequest(request_id);
  if (!log) throw new Error("no log");
  return log;
};

async function pseudonymOf(user_id: string): Promise<string> {
  const find = "select pseudonym from erasures where user_id = ?";
  const { rows } = await testDatabase().execute(find, [user_id]);
  return (rows[0] as { pseudonym: string }).pseudonym;
}

describe("whoever is erased from the audit", () => {
  it("takes what is personal along, but not the place of an administrator who acted on them", async () => {
    const [zoe, boss, pseudonym] = [newId(1), newId(2), randomUUID()];
    const ctx = requestOf(boss);
    const personal = { display_name: { before: "Zoé", after: "Zoë" } };
    await record(ctx, { action: "admin.user_changed", user_id: zoe, personal });
    await eraseFromAudit(work(), zoe, pseudonym);
    expect(await one(ctx.origin.request_id)).toMatchObject({
      user_id: pseudonym,
      actor_id: boss,
      ip: ctx.origin.ip,
      user_agent: ctx.origin.user_agent,
      personal: null,
    });
  });

  it("leaves what they did to others, with what is personal of these, and no place of their own", async () => {
    const [zoe, bob, pseudonym] = [newId(3), newId(4), randomUUID()];
    const ctx = requestOf(zoe);
    const personal = { display_name: { before: "Bob", after: "Rob" } };
    await record(ctx, { action: "admin.user_changed", user_id: bob, personal });
    await eraseFromAudit(work(), zoe, pseudonym);
    await eraseFromAudit(work(), zoe, pseudonym);
    const request_id = ctx.origin.request_id.replace(zoe, pseudonym);
    expect(await one(request_id)).toMatchObject({
      user_id: bob,
      actor_id: pseudonym,
      ip: null,
      user_agent: null,
      personal,
    });
  });

  it("is found by an index, however many acts of others there are", async () => {
    for (const column of ["user_id", "actor_id"]) {
      // What an UPDATE goes by, MySQL 9 tells of a SELECT only, and in words of its own.
      const { rows } = await testDatabase().execute(
        `explain select * from audit_logs where ${column} = ? limit 1000`,
        [randomUUID()],
      );
      expect(JSON.stringify(rows)).toContain(`audit_logs_${column.replace("_id", "")}`);
    }
  });

  it("goes by the pseudonym in what the queue brings meanwhile, and by no name after", async () => {
    const clock = fixedClock(Date.now());
    const zoe = await signUp({ display_name: "Zoé" });
    const made = ["before", "during", "after"].map((when) => {
      const ctx = requestOf(zoe.id);
      const entry = { action: "users.changed", personal: { display_name: when } } as const;
      return { ctx, row: rowOf(entry, ctx, newId(clock.now()), clock.now()) };
    });
    const [before, during, after] = made;
    if (!before || !during || !after) throw new Error("three were made");
    await takeIn(work(), [before.row]);
    expect(await one(before.ctx.origin.request_id)).toMatchObject(before.row);
    await api(zoe).delete("/users/me", { password: zoe.password });
    await takeIn(work(), [during.row]);
    const pseudonym = await pseudonymOf(zoe.id);
    const nameIn = (text: string, name: string) => text.replace(zoe.id, name);
    expect(await one(nameIn(during.ctx.origin.request_id, pseudonym))).toMatchObject({
      user_id: pseudonym,
      actor_id: pseudonym,
      ip: null,
      personal: null,
    });
    await untilErased(zoe.id, clock);
    await takeIn(work(), [after.row]);
    expect(await one(nameIn(after.ctx.origin.request_id, "erased"))).toMatchObject({
      user_id: null,
      ip: null,
    });
    expect((await one(nameIn(before.ctx.origin.request_id, pseudonym))).user_id).toBe(pseudonym);
    expect(await logsAbout(zoe.id)).toEqual([]);
    for (const { ctx } of made) expect(await tracesInMySql(ctx.origin.ip ?? "")).toEqual([]);
    expect(await tracesInMySql(zoe.id)).toEqual([]);
  });
});
