import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq, gte, lt } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { api, type TestUser } from "../testing/api.ts";
import { signUpAdmin } from "../testing/admins.ts";
import { addLogs, emptyAudit, logAt, partNames, partText } from "../testing/audit.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { archiveOldLogs } from "./archive.jobs.ts";
import { auditLogs, auditPartPeople, auditParts } from "./audit.table.ts";
import type { LogRow } from "./entry.ts";
import { firstIdAt } from "../platform/time/id-instant.ts";
import { endOfKept } from "./keeping.ts";
import { PART_ROWS, rowsIn } from "./part.ts";

restoreClockAfterEach();
beforeEach(emptyAudit);

/** A past that no other test writes into. */
const NIGHT = Date.parse("2021-06-15T03:17:00Z");
const KEPT_FROM = endOfKept(NIGHT, 90);

healAfterEach();

const ctxAt = (instant: number, bindings: Partial<Env> = {}) =>
  jobContext({ ...env, ...bindings }, createExecutionContext(), "archive_logs", instant);
const { db } = ctxAt(NIGHT);

/** Goes through the nightly job's pages, as its runs do; a page that fails ends it. */
async function night(bindings: Partial<Env> = {}, instant = NIGHT): Promise<void> {
  let after: string | null = null;
  do after = (await archiveOldLogs(ctxAt(instant, bindings), after)).next_after;
  while (after !== null);
}

/** The acts of before the job's own that are still in MySQL, by id. */
const inMySql = async () =>
  (
    await db
      .select()
      .from(auditLogs)
      .where(lt(auditLogs.id, firstIdAt(NIGHT)))
  ).sort(byId);
/** The acts in the archive's files, each as often as it stands there. */
async function inArchive(): Promise<LogRow[]> {
  const texts = await Promise.all((await partNames()).map(async (name) => await partText(name)));
  return texts.flatMap(rowsIn).sort(byId);
}
const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);

/** Acts of several days, the last of which are too young; one day has more than a part holds. */
function someDays() {
  const old = [
    ...Array.from({ length: PART_ROWS + 10 }, (_, n) => logAt(KEPT_FROM - 5 * DAY_MS + n)),
    ...Array.from({ length: 4 }, (_, n) =>
      logAt(KEPT_FROM - 2 * DAY_MS + n * HOUR_MS, "users.changed", {
        user_id: `person-${n}`,
        actor_id: "an-admin",
        ip: "2001:db8::7",
        user_agent: "ünïcode 📱",
        request_id: `request-${n}`,
        context: { fields: ["locale"], deep: { list: [1, null, "x"] } },
        personal: { display_name: "Ada" },
      }),
    ),
    logAt(KEPT_FROM - 1, "auth.token_reused"),
  ];
  const young = [logAt(KEPT_FROM), logAt(NIGHT - DAY_MS, "users.deleted")];
  return { old, young };
}

describe("the nightly archive", () => {
  it("holds the whole of days older than 90, word for word, and MySQL only what is younger", async () => {
    const { old, young } = someDays();
    await addLogs([...old, ...young]);
    await night();
    expect(await inArchive()).toEqual(old);
    expect(await inMySql()).toEqual(young);
    const names = await partNames();
    expect(names.map((name) => name.slice(0, 16))).toEqual([
      "audit/2021/03/12",
      "audit/2021/03/12",
      "audit/2021/03/15",
      "audit/2021/03/16",
    ]);
    const parts = await db.select().from(auditParts);
    expect(parts.map(({ name, entries }) => [name, entries])).toEqual(
      names.map((name, n) => [name, [PART_ROWS, 10, 4, 1][n]]),
    );
    const people = await db.select().from(auditPartPeople);
    expect(people.map(({ user_id }) => user_id).sort()).toEqual([
      "an-admin",
      ...[0, 1, 2, 3].map((n) => `person-${n}`),
    ]);
  });

  it("stands in the log itself, a row a part", async () => {
    await addLogs(someDays().old);
    await night();
    const acts = await db.select().from(auditLogs).where(eq(auditLogs.action, "audit.archived"));
    expect(acts).toHaveLength(4);
    expect(new Set(acts.map(({ context }) => context["part"]))).toEqual(new Set(await partNames()));
    expect(acts[0]).toMatchObject({ user_id: null, actor_id: null, created_at: NIGHT });
    expect(acts.every(({ context }) => context["job"] === "archive_logs")).toBe(true);
    expect(new Set(acts.map(({ context }) => context["entries"]))).toEqual(
      new Set([PART_ROWS, 10, 4, 1]),
    );
  });

  it("changes nothing when it runs again, or three times at once", async () => {
    const { old, young } = someDays();
    await addLogs([...old, ...young]);
    await Promise.all([night(), night(), night()]);
    await night();
    expect(await inArchive()).toEqual(old);
    expect(await inMySql()).toEqual(young);
    const parts = await db.select().from(auditParts);
    expect(parts.reduce((sum, { entries }) => sum + entries, 0)).toBe(old.length);
    const acts = await db.select().from(auditLogs).where(eq(auditLogs.action, "audit.archived"));
    expect(acts.reduce((sum, { context }) => sum + Number(context["entries"]), 0)).toBe(old.length);
  });

  it("takes an act that came in the middle of an archived day into a part of its own", async () => {
    const { old } = someDays();
    await addLogs(old);
    await night();
    const late = logAt(KEPT_FROM - 2 * DAY_MS + 30 * MINUTE_MS);
    await addLogs([late]);
    await night();
    expect(await inArchive()).toEqual([...old, late].sort(byId));
    expect(await inMySql()).toEqual([]);
  });

  it.each([
    ["html", "^select.*`audit_logs`"],
    ["lost", "^insert into `audit_parts`"],
    ["html", "^insert into `audit_part_people`"],
    ["lost", "^commit"],
    ["html", "^delete from `audit_logs`"],
    ["lost", "^delete from `audit_logs`"],
    ["html", "^insert into `audit_logs`"],
  ])("is made good where MySQL fails at any part (%s at %s)", async (mode, match) => {
    const { old, young } = someDays();
    await addLogs([...old, ...young]);
    for (let is_over = false; !is_over;) {
      await mysqlFails({ mode, match });
      await archiveOldLogs(ctxAt(NIGHT), null).catch(() => undefined);
      await mysqlFails();
      // At every moment each act is somewhere.
      const ids = [...(await inArchive()), ...(await inMySql())].map(({ id }) => id);
      expect(new Set(ids).size).toBe(old.length + young.length);
      is_over = (await archiveOldLogs(ctxAt(NIGHT), null)).next_after === null;
    }
    expect(await inArchive()).toEqual(old);
    expect(await inMySql()).toEqual(young);
  });

  it.each(["refused", "lost"])(
    "is made good by the next run where the storage's answer is %s",
    async (how) => {
      const { old, young } = someDays();
      await addLogs([...old, ...young]);
      let puts = 0;
      const put: R2Bucket["put"] = async (...args: Parameters<R2Bucket["put"]>) => {
        puts += 1;
        if (puts === 2 && how === "refused") throw new Error("busy");
        const stored = await env.FILES.put(...args);
        if (puts === 2) throw new Error("the connection was lost");
        return stored;
      };
      const FILES = new Proxy(env.FILES, {
        get: (bucket, name) => {
          if (name === "put") return put;
          const value: unknown = Reflect.get(bucket, name);
          return typeof value === "function" ? value.bind(bucket) : value;
        },
      });
      await expect(night({ FILES })).rejects.toMatchObject({ code: "storage_unavailable" });
      expect(await inMySql()).toHaveLength(old.length + young.length - PART_ROWS);
      await night();
      expect(await inArchive()).toEqual(old);
      expect(await inMySql()).toEqual(young);
    },
  );
});

describe("an administrator's clean-up", () => {
  let admin: TestUser;
  const days = (n: number) => `/admin/logs/cleanup?older_than_days=${n}`;

  beforeEach(async () => {
    fixedClock(NIGHT);
    admin = await signUpAdmin();
  });

  it("moves what is older into the archive, and is itself in the log", async () => {
    const { old, young } = someDays();
    await addLogs([...old, ...young]);
    const { status, body } = await api(admin).delete(days(92));
    expect({ status, body }).toEqual({
      status: 200,
      body: { archived: 2, deleted: PART_ROWS + 10, remaining: false },
    });
    expect(await inMySql()).toEqual([...old.slice(PART_ROWS + 10), ...young]);
    const acts = await db.select().from(auditLogs).where(eq(auditLogs.actor_id, admin.id));
    const told = acts.map(({ action, user_id, context }) => ({ action, user_id, context }));
    expect(told).toContainEqual({
      action: "audit.cleaned_up",
      user_id: null,
      context: { older_than_days: 92, archived: 2, deleted: PART_ROWS + 10, remaining: false },
    });
    expect(told.filter(({ action }) => action === "audit.archived")).toHaveLength(2);
  });

  it("never takes the last 90 days, its own trace among them", async () => {
    const { old, young } = someDays();
    await addLogs([...old, ...young]);
    for (const few of [0, 1, 89, -90, 89.9]) {
      expect((await api(admin).delete(days(few))).status).toBe(422);
    }
    expect((await api(admin).delete("/admin/logs/cleanup")).status).toBe(422);
    await api(admin).delete(days(90));
    await api(admin).delete(days(90));
    expect(await inMySql()).toEqual(young);
    const own = await db
      .select()
      .from(auditLogs)
      .where(gte(auditLogs.id, firstIdAt(NIGHT)));
    expect(own.filter(({ action }) => action === "audit.cleaned_up")).toHaveLength(2);
  });

  it("says whether there is more than one request has time for, and goes on when it is called again", async () => {
    const old = Array.from({ length: 8 }, (_, n) => logAt(KEPT_FROM - (n + 1) * DAY_MS)).reverse();
    await addLogs(old);
    await mysqlFails({ mode: "slow", delay_ms: 400, match: "^delete from `audit_logs`" });
    const answers: { archived: number; remaining: boolean }[] = [];
    do {
      const { status, body } = await api(admin).delete<{ archived: number; remaining: boolean }>(
        days(90),
      );
      expect(status).toBe(200);
      answers.push(body);
    } while (answers.at(-1)?.remaining);
    expect(answers.length).toBeGreaterThan(1);
    expect(answers.reduce((sum, { archived }) => sum + archived, 0)).toBe(8);
    expect(await inArchive()).toEqual(old);
  });

  it("at the same time as another and the nightly job doubles nothing", async () => {
    const { old, young } = someDays();
    await addLogs([...old, ...young]);
    const answers = await Promise.all([
      api(admin).delete<{ deleted: number }>(days(90)),
      api(admin).delete<{ deleted: number }>(days(91)),
      night(),
    ]);
    for (const answer of answers) if (answer) expect(answer.status).toBe(200);
    await night();
    expect(await inArchive()).toEqual(old);
    expect(await inMySql()).toEqual(young);
  });
});
