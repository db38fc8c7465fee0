import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { api, signIn, signUp, type TestUser } from "../testing/api.ts";
import { healAfterEach, mysqlFails, postmarkFails } from "../testing/faults.ts";
import { users } from "../users/users.table.ts";
import { OBJECT_CLASSES } from "./parts.ts";
import { verdictOf } from "./probe.ts";

type Part = { status: string; latency_ms: number; error: string | null };
type Health = {
  status: string;
  version: string;
  deploy_id: string;
  database: Part & { version: string | null };
  objects: (Part & { name: string })[];
  queues: (Part & { name: string; backlog: { messages: number } | null })[];
  mail: Part;
  storage: Part;
  jobs: { job: string }[] | null;
};

let admin: TestUser;

beforeAll(async () => {
  const ada = await signUp();
  const { db } = jobContext(env, createExecutionContext(), "test");
  await db.update(users).set({ role: "admin" }).where(eq(users.id, ada.id));
  admin = { ...ada, ...(await signIn(ada)) };
});
healAfterEach();

const health = async () => await api(admin).get<Health>("/admin/system/health");

describe("the health of the system, as an administrator sees it", () => {
  it("names every part, with its latency, and the last run of each job", async () => {
    const { status, body } = await health();
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ok", version: expect.any(String) });
    expect(body.version).toBe(`0.1.0+${body.deploy_id.slice(0, 8)}`);
    expect(body.database.version).toMatch(/^\d+\./);
    expect(body.objects.map(({ name }) => name)).toEqual([
      "user",
      "board",
      "relay",
      "login_guard",
      "metrics",
    ]);
    expect(body.queues.map(({ name }) => name)).toEqual(["mail", "jobs", "audit"]);
    const parts = [body.database, body.mail, body.storage, ...body.objects, ...body.queues];
    for (const part of parts) expect(part).toMatchObject({ status: "ok", error: null });
    expect(Array.isArray(body.jobs)).toBe(true);
  });

  it("knows every class of objects that this Worker is bound to", () => {
    const bound = Object.entries(env).filter(
      ([, binding]) =>
        Object.prototype.toString.call(binding) === "[object DurableObjectNamespace]",
    );
    expect(Object.values(OBJECT_CLASSES).sort()).toEqual(bound.map(([name]) => name).sort());
  });

  it.each(["refused", "hung"])("is told also while MySQL is %s, and by its parts", async (mode) => {
    await mysqlFails({ mode });
    const from = Date.now();
    const { status, body } = await health();
    expect(Date.now() - from).toBeLessThan(10_000);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "degraded", jobs: null, mail: { status: "ok" } });
    expect(body.database.status).toBe(mode === "hung" ? "late" : "sick");
    expect(JSON.stringify(body)).not.toMatch(/select|127\.0\.0\.1|vttablet/i);
  });

  it.each(["server_error", "hung", "bad_token"])("shows a Postmark that is %s", async (mode) => {
    await postmarkFails({ mode });
    const { body } = await health();
    expect(body).toMatchObject({ status: "degraded", database: { status: "ok" } });
    expect(body.mail.status).toBe(mode === "hung" ? "late" : "sick");
    expect(JSON.stringify(body.mail)).not.toContain("test-token");
  });

  it("stays shut for who is no administrator, also while MySQL is away", async () => {
    const ben = await signUp();
    expect((await api(ben).get("/admin/system/health")).status).toBe(403);
    await mysqlFails({ mode: "refused" });
    expect((await api(ben).get("/admin/system/health")).status).toBe(403);
  });

  it("is well where all parts are, and only then", () => {
    const ok = { status: "ok", latency_ms: 1, error: null } as const;
    expect(verdictOf([ok, ok])).toBe("ok");
    expect(verdictOf([ok, { ...ok, status: "late" }])).toBe("degraded");
  });
});
