import { Client } from "@planetscale/database";
import { sql } from "drizzle-orm";
import { int, mysqlTable, varchar } from "drizzle-orm/mysql-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { FreshEndpoint } from "../testing/fresh-endpoint.ts";
import { freshEndpoint } from "../testing/fresh-endpoint.ts";
import { soon } from "../../testing/until.ts";
import type { PlanetScaleEndpoint } from "./endpoint.ts";
import { startPlanetScale } from "./endpoint.ts";

const accounts = mysqlTable("accounts", {
  id: varchar("id", { length: 36 }).primaryKey(),
  balance: int("balance").notNull(),
});

let fresh: FreshEndpoint;

beforeAll(async () => {
  fresh = await freshEndpoint();
  await fresh.client.execute(
    "create table accounts (id varchar(36) primary key, balance int not null)",
  );
});

beforeEach(async () => {
  await fresh.client.execute("delete from accounts");
  await fresh.db.insert(accounts).values([
    { id: "a", balance: 1 },
    { id: "b", balance: 2 },
  ]);
});

afterAll(() => fresh.stop());

const openNow = (): number => fresh.endpoint.stats.read().open_transactions;

async function balanceOf(id: string): Promise<number | undefined> {
  const [row] = await fresh.db
    .select()
    .from(accounts)
    .where(sql`id = ${id}`);
  return row?.balance;
}

test("what a transaction wrote is seen by others only after its commit", async () => {
  await fresh.db.transaction(async (tx) => {
    await tx
      .update(accounts)
      .set({ balance: 10 })
      .where(sql`id = 'a'`);
    expect(await balanceOf("a")).toBe(1);
  });
  expect(await balanceOf("a")).toBe(10);
  expect(openNow()).toBe(0);
});

test("an error inside rolls the transaction back", async () => {
  const failing = fresh.db.transaction(async (tx) => {
    await tx
      .update(accounts)
      .set({ balance: 10 })
      .where(sql`id = 'a'`);
    throw new Error("changed my mind");
  });
  await expect(failing).rejects.toThrow("changed my mind");
  expect(await balanceOf("a")).toBe(1);
});

test("a nested transaction rolls back alone", async () => {
  await fresh.db.transaction(async (tx) => {
    await tx
      .update(accounts)
      .set({ balance: 10 })
      .where(sql`id = 'a'`);
    const nested = tx.transaction(async (inner) => {
      await inner
        .update(accounts)
        .set({ balance: 20 })
        .where(sql`id = 'b'`);
      throw new Error("inner");
    });
    await expect(nested).rejects.toThrow("inner");
  });
  expect([await balanceOf("a"), await balanceOf("b")]).toEqual([10, 2]);
});

test("FOR UPDATE SKIP LOCKED passes over rows that another transaction holds", async () => {
  const claim = sql`select id from accounts order by id limit 1 for update skip locked`;
  await fresh.db.transaction(async (first) => {
    const one = await first.execute(claim);
    const two = await fresh.db.transaction((second) => second.execute(claim));
    expect([one.rows, two.rows]).toEqual([[{ id: "a" }], [{ id: "b" }]]);
  });
});

test("statements outside of transactions run in parallel", async () => {
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, n) => fresh.client.execute(`select ${n} as n`)),
  );
  expect(results.map(({ rows }) => Number((rows[0] as { n: number | string }).n))).toEqual(
    Array.from({ length: 100 }, (_, n) => n),
  );
});

test("a second request on a session that is being served is an error", async () => {
  const both = fresh.client.transaction(async (tx) => {
    await Promise.all([tx.execute("select sleep(0.05)"), tx.execute("select 2")]);
  });
  await expect(both).rejects.toThrow(/code = Aborted desc = transaction \d+: in use: for query/);
});

test("DDL ends the transaction it stands in, as MySQL does", async () => {
  const failing = fresh.client.transaction(async (tx) => {
    await tx.execute("update accounts set balance = 7 where id = 'a'");
    await tx.execute("create table ddl_inside (id int primary key)");
    throw new Error("too late");
  });
  await expect(failing).rejects.toThrow("too late");
  expect(await balanceOf("a")).toBe(7);
});

test("of two transactions that wait for each other, one is told ABORTED and may start again", async () => {
  const { client } = fresh;
  const lockBoth = (first: string, second: string, meet: Promise<void>, arrive: () => void) =>
    client.transaction(async (tx) => {
      await tx.execute("update accounts set balance = balance + 1 where id = ?", [first]);
      arrive();
      await meet;
      await tx.execute("update accounts set balance = balance + 1 where id = ?", [second]);
    });
  let arrived = 0;
  const { promise: meet, resolve } = Promise.withResolvers<void>();
  const arrive = (): void => {
    arrived += 1;
    if (arrived === 2) resolve();
  };
  const outcomes = await Promise.allSettled([
    lockBoth("a", "b", meet, arrive),
    lockBoth("b", "a", meet, arrive),
  ]);
  const failed = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(failed).toHaveLength(1);
  expect(failed[0]?.reason).toMatchObject({
    body: { code: "ABORTED", message: expect.stringContaining("(errno 1213)") },
  });
  expect([await balanceOf("a"), await balanceOf("b")]).toEqual([2, 3]);
});

test("a transaction that was lost to a deadlock does nothing more until it is rolled back", async () => {
  const connection = fresh.client.connection();
  await connection.execute("BEGIN");
  fresh.endpoint.faults.set([{ mode: "deadlock", match: "^update", times: 1 }]);
  await expect(connection.execute("update accounts set balance = 9")).rejects.toThrow("errno 1213");
  await expect(connection.execute("update accounts set balance = 9")).rejects.toThrow(/deadlock/);
  await expect(connection.execute("COMMIT")).rejects.toThrow("code = Aborted");
  await connection.execute("ROLLBACK");
  expect(await balanceOf("a")).toBe(1);
});

test("a waiter that goes away takes its statement and its transaction with it", async () => {
  const holder = fresh.client.connection();
  await holder.execute("BEGIN");
  await holder.execute("update accounts set balance = 5 where id = 'a'");
  const impatient = new Client({
    url: fresh.endpoint.url,
    fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(100) }),
  }).connection();
  await impatient.execute("BEGIN");
  await impatient.execute("update accounts set balance = 6 where id = 'b'");
  const waiting = impatient.execute("update accounts set balance = 6 where id = 'a'");
  await expect(waiting).rejects.toThrow(/timeout/);
  // Would wait for the lock on b if the other transaction still held it.
  await fresh.client.execute("update accounts set balance = 4 where id = 'b'");
  await holder.execute("ROLLBACK");
  expect([await balanceOf("a"), await balanceOf("b")]).toEqual([1, 4]);
});

test("a BEGIN whose answer nobody hears takes no connection of the server's", async () => {
  const before = openNow();
  fresh.endpoint.faults.set([{ mode: "lost", match: "^begin" }]);
  const begins = Array.from({ length: 100 }, () => fresh.client.connection().execute("BEGIN"));
  const outcomes = await Promise.allSettled(begins);
  fresh.endpoint.faults.clear();
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toEqual([]);
  expect(openNow()).toBe(before);
  await fresh.client.execute("select 1");
});

test("a transaction that did nothing ends without the server", async () => {
  const before = openNow();
  const connection = fresh.client.connection();
  for (const end of ["COMMIT", "ROLLBACK"]) {
    await connection.execute("BEGIN");
    await connection.execute(end);
  }
  await connection.execute("update accounts set balance = 3 where id = 'a'");
  expect(await balanceOf("a")).toBe(3);
  expect(openNow()).toBe(before);
});

test("a transaction whose first statement is never answered is ended by its ROLLBACK", async () => {
  const before = openNow();
  const connection = fresh.client.connection();
  await connection.execute("BEGIN");
  fresh.endpoint.faults.set([{ mode: "lost", match: "^update", times: 1 }]);
  const lost = connection.execute("update accounts set balance = 9 where id = 'a'");
  await expect(lost).rejects.toThrow("fetch failed");
  await connection.execute("ROLLBACK");
  expect(await balanceOf("a")).toBe(1);
  expect(openNow()).toBe(before);
});

test("a first statement that comes after its transaction's ROLLBACK begins none", async () => {
  const before = openNow();
  const connection = fresh.client.connection();
  await connection.execute("BEGIN");
  fresh.endpoint.faults.set([{ mode: "slow", match: "^update", times: 1, delay_ms: 200 }]);
  const late = connection
    .execute("update accounts set balance = 9 where id = 'a'")
    .catch((error: unknown) => String(error));
  await soon(() => expect(fresh.endpoint.faults.list()).toEqual([]));
  await connection.execute("ROLLBACK");
  expect(await late).toContain("ended: by its client");
  expect(openNow()).toBe(before);
  expect(await balanceOf("a")).toBe(1);
});

test("a transaction over its time is rolled back, and the next statement learns of it", async () => {
  let endpoint: PlanetScaleEndpoint | null = null;
  try {
    const url = new URL(fresh.endpoint.url);
    endpoint = await startPlanetScale({
      databaseUrl: databaseUrlOf(fresh, url.pathname),
      transactionMs: 120,
    });
    const client = new Client({ url: endpoint.url });
    const slow = client.transaction(async (tx) => {
      await tx.execute("update accounts set balance = 99 where id = 'a'");
      await tx.execute("select sleep(1)");
    });
    await expect(slow).rejects.toThrow(
      /code = Aborted desc = transaction \d+: ended at [\d-]+ [\d:.]+ UTC \(exceeded timeout: 0.12s\)/,
    );
    const idle = client.connection();
    await idle.execute("BEGIN");
    await idle.execute("update accounts set balance = 99 where id = 'a'");
    await soon(() => expect(endpoint?.stats.read().open_transactions).toBe(0));
    await expect(idle.execute("COMMIT")).rejects.toThrow("exceeded timeout");
    expect(await balanceOf("a")).toBe(1);
  } finally {
    await endpoint?.stop();
  }
});

function databaseUrlOf({ serverUrl }: FreshEndpoint, pathname: string): string {
  const url = new URL(serverUrl);
  url.pathname = pathname;
  return url.href;
}
