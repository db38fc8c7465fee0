import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq, or } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { randomId } from "../platform/ids.ts";
import { DAY_MS, HOUR_MS } from "../platform/time/instant.ts";
import { api, signUp } from "../testing/api.ts";
import { addLogs, emptyAudit, logAt, partNames, partText } from "../testing/audit.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { untilErased } from "../testing/traces.ts";
import { eraseFromArchive } from "./archive-erasure.service.ts";
import { archiveOldLogs } from "./archive.jobs.ts";
import { auditLogs, auditPartPeople } from "./audit.table.ts";
import type { LogRow } from "./entry.ts";
import { endOfKept } from "./keeping.ts";
import { rowsIn } from "./part.ts";
import { scrub } from "./scrub.ts";

restoreClockAfterEach();
beforeEach(emptyAudit);

const NIGHT = Date.parse("2021-06-15T03:17:00Z");
const KEPT_FROM = endOfKept(NIGHT, 90);
const DAYS = 6;
const ctxWith = (bindings: Partial<Env> = {}) =>
  jobContext({ ...env, ...bindings }, createExecutionContext(), "test", NIGHT);
const ctx = ctxWith();

/** Two people and an administrator, with acts on each of some old days. */
function cast() {
  const [ada, bob, root] = [randomId(), randomId(), randomId()];
  const place = (n: number) => ({ ip: `192.0.2.${n}`, user_agent: `phone ${n}` });
  const rows = Array.from({ length: DAYS }, (_, n) => KEPT_FROM - (n + 1) * DAY_MS).flatMap(
    (day) => [
      logAt(day, "auth.logged_in", { user_id: ada, actor_id: ada, ...place(1) }),
      logAt(day + HOUR_MS, "auth.login_failed", { user_id: ada, ...place(2) }),
      logAt(day + 2 * HOUR_MS, "users.changed", {
        user_id: ada,
        actor_id: root,
        ...place(3),
        personal: { display_name: "Ada Lovelace" },
      }),
      logAt(day + 3 * HOUR_MS, "users.changed", {
        user_id: bob,
        actor_id: bob,
        ...place(4),
        personal: { display_name: "Bob" },
      }),
    ],
  );
  return { ada, bob, root, rows: rows.sort(byId) };
}
const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);

async function archive(bindings: Partial<Env> = {}): Promise<void> {
  let after: string | null = null;
  do after = (await archiveOldLogs(ctxWith(bindings), after)).next_after;
  while (after !== null);
}
async function inArchive(): Promise<LogRow[]> {
  const texts = await Promise.all((await partNames()).map(async (name) => await partText(name)));
  return texts.flatMap(rowsIn).sort(byId);
}
const partsThatName = async (user_id: string) =>
  await ctx.db.select().from(auditPartPeople).where(eq(auditPartPeople.user_id, user_id));

/** The bucket, with `before` run before anything is stored for the n-th time, from 1 on. */
function bucketWith(before: (n: number) => Promise<void>): R2Bucket {
  let n = 0;
  return new Proxy(env.FILES, {
    get: (bucket, name) => {
      const value: unknown = Reflect.get(bucket, name);
      if (typeof value !== "function") return value;
      if (name !== "put") return value.bind(bucket);
      return async (...args: unknown[]) => {
        n += 1;
        await before(n);
        return (await Reflect.apply(value, bucket, args)) as unknown;
      };
    },
  });
}

/** Erases somebody's rows in MySQL: what the audit's own erasure does before it comes to the archive. */
async function eraseFromMySql(user_id: string, pseudonym: string): Promise<void> {
  const rows = await ctx.db
    .select()
    .from(auditLogs)
    .where(or(eq(auditLogs.user_id, user_id), eq(auditLogs.actor_id, user_id)));
  for (const row of rows) {
    const clean = scrub(row, new Map([[user_id, pseudonym]]));
    await ctx.db.update(auditLogs).set(clean).where(eq(auditLogs.id, row.id));
  }
}

describe("an erasure from the archive", () => {
  it("leaves every act under the pseudonym, without a trace of the person, and the others as they were", async () => {
    const { ada, bob, rows } = cast();
    await addLogs(rows);
    await archive();
    const pseudonym = randomId();
    await eraseFromArchive(ctx, ada, pseudonym);
    const after = await inArchive();
    expect(after).toEqual(rows.map((row) => scrub(row, new Map([[ada, pseudonym]]))));
    const text = JSON.stringify(after);
    for (const trace of [ada, "Ada Lovelace", "192.0.2.1", "192.0.2.2", "phone 1", "phone 2"]) {
      expect(text).not.toContain(trace);
    }
    for (const kept of [bob, "Bob", "192.0.2.3", "192.0.2.4"]) expect(text).toContain(kept);
    expect(await partsThatName(ada)).toEqual([]);
    expect(await partsThatName(bob)).toHaveLength(DAYS);
  });

  it("is part of deleting an account", async () => {
    const clock = fixedClock(Date.now());
    const zoe = await signUp();
    await addLogs([logAt(KEPT_FROM - DAY_MS, "auth.logged_in", { user_id: zoe.id })]);
    await archive();
    expect(JSON.stringify(await inArchive())).toContain(zoe.id);
    await api(zoe).delete("/users/me", { password: zoe.password });
    await untilErased(zoe.id, clock);
    expect(JSON.stringify(await inArchive())).not.toContain(zoe.id);
  });

  it("can be repeated, and of somebody who is in no part does nothing", async () => {
    const { ada, rows } = cast();
    await addLogs(rows);
    await archive();
    const pseudonym = randomId();
    await eraseFromArchive(ctx, ada, pseudonym);
    const once = await inArchive();
    await eraseFromArchive(ctx, ada, pseudonym);
    await eraseFromArchive(ctx, randomId(), randomId());
    expect(await inArchive()).toEqual(once);
  });

  it("at the same time as another's counts as well as that one", async () => {
    const { ada, bob, root, rows } = cast();
    await addLogs(rows);
    await archive();
    const gone = new Map([ada, bob, root].map((user_id) => [user_id, randomId()]));
    await Promise.all(
      [...gone].map(async ([id, pseudonym]) => await eraseFromArchive(ctx, id, pseudonym)),
    );
    expect(await inArchive()).toEqual(rows.map((row) => scrub(row, gone)));
  });

  it("loses nothing where another one's version comes between its reading and its writing", async () => {
    const { ada, bob, rows } = cast();
    await addLogs(rows);
    await archive();
    const [one, other] = [randomId(), randomId()];
    const FILES = bucketWith(async (n) => {
      if (n === 1) await eraseFromArchive(ctx, bob, other);
    });
    await eraseFromArchive(ctxWith({ FILES }), ada, one);
    expect(await inArchive()).toEqual(
      rows.map((row) =>
        scrub(
          row,
          new Map([
            [ada, one],
            [bob, other],
          ]),
        ),
      ),
    );
  });

  it("goes on where it stopped when the storage failed half-way", async () => {
    const { ada, rows } = cast();
    await addLogs(rows);
    await archive();
    const pseudonym = randomId();
    const FILES = bucketWith(async (n) => {
      if (n === 2) throw new Error("busy");
      return await Promise.resolve();
    });
    await expect(eraseFromArchive(ctxWith({ FILES }), ada, pseudonym)).rejects.toMatchObject({
      code: "storage_unavailable",
    });
    expect((await partsThatName(ada)).length).toBeGreaterThan(0);
    await eraseFromArchive(ctx, ada, pseudonym);
    expect(JSON.stringify(await inArchive())).not.toContain(ada);
  });

  it.each([1, DAYS])(
    "also holds for a part that is being stored at that very moment (the one numbered %i)",
    async (number) => {
      const { ada, rows } = cast();
      await addLogs(rows);
      const pseudonym = randomId();
      // The job has read the acts and announced the part; the whole erasure comes before it stores it.
      const FILES = bucketWith(async (n) => {
        if (n !== number) return;
        await eraseFromMySql(ada, pseudonym);
        await eraseFromArchive(ctx, ada, pseudonym);
      });
      await archive({ FILES });
      expect(await inArchive()).toEqual(rows.map((row) => scrub(row, new Map([[ada, pseudonym]]))));
      expect(await ctx.db.select().from(auditLogs).where(eq(auditLogs.user_id, ada))).toEqual([]);
    },
  );

  it("that came before a part was announced is in the part", async () => {
    const { ada, rows } = cast();
    await addLogs(rows);
    const pseudonym = randomId();
    await eraseFromMySql(ada, pseudonym);
    await eraseFromArchive(ctx, ada, pseudonym);
    await archive();
    expect(JSON.stringify(await inArchive())).not.toContain(ada);
    expect(await inArchive()).toHaveLength(rows.length);
  });

  it("finds the part of a job that died before it stored it", async () => {
    const { ada, rows } = cast();
    await addLogs(rows);
    const pseudonym = randomId();
    const FILES = bucketWith(async () => await Promise.reject(new Error("killed")));
    await archive({ FILES }).catch(() => undefined);
    expect(await partNames()).toEqual([]);
    await eraseFromMySql(ada, pseudonym);
    await eraseFromArchive(ctx, ada, pseudonym);
    expect(await partsThatName(ada)).toEqual([]);
    await archive();
    expect(await inArchive()).toEqual(rows.map((row) => scrub(row, new Map([[ada, pseudonym]]))));
  });
});
