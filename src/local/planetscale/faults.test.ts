import { createServer } from "node:net";
import { Client } from "@planetscale/database";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Fault } from "../faults.ts";
import type { FreshEndpoint } from "../testing/fresh-endpoint.ts";
import { freshEndpoint } from "../testing/fresh-endpoint.ts";
import type { PlanetScaleFaultMode } from "./endpoint.ts";

let fresh: FreshEndpoint;
let client: Client;

beforeAll(async () => {
  fresh = await freshEndpoint({ random: () => 0.5 });
  await fresh.client.execute("create table marks (id int auto_increment primary key, n int)");
  client = new Client({
    url: fresh.endpoint.url,
    fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(400) }),
  });
});

beforeEach(() => fresh.client.execute("delete from marks"));
afterEach(() => fresh.endpoint.faults.clear());
afterAll(() => fresh.stop());

const write = (): Promise<unknown> => client.execute("insert into marks (n) values (1)");

async function marks(): Promise<number> {
  const [row] = await fresh.direct.query<{ n: bigint }[]>("select count(*) as n from marks");
  return Number(row?.n);
}

const FAILURES: [PlanetScaleFaultMode, RegExp | object][] = [
  ["refused", /fetch failed/],
  ["hung", /timeout/],
  ["cut_off", /terminated|fetch failed|aborted/],
  ["server_error", { status: 500, body: { code: "internal" } }],
  ["html", { name: "UnknownError", status: 502 }],
  ["too_many", { status: 429 }],
  ["broken_json", { name: "SyntaxError" }],
];

function expectFailure(failing: Promise<unknown>, shape: RegExp | object): Promise<void> {
  return shape instanceof RegExp
    ? expect(failing).rejects.toThrow(shape)
    : expect(failing).rejects.toMatchObject(shape);
}

test.for(FAILURES)("%s before the effect: the statement does not run", async ([mode, shape]) => {
  fresh.endpoint.faults.set([{ mode, times: 1 }]);
  await expectFailure(write(), shape);
  expect(await marks()).toBe(0);
  await write();
  expect(await marks()).toBe(1);
});

test.for(FAILURES)("%s after the effect: the statement has run", async ([mode, shape]) => {
  fresh.endpoint.faults.set([{ mode, when: "after", times: 1 }]);
  await expectFailure(write(), shape);
  expect(await marks()).toBe(1);
});

test("lost: COMMIT takes effect, its answer never arrives", async () => {
  fresh.endpoint.faults.set([{ mode: "lost", match: "^commit" }]);
  const failing = client.transaction((tx) => tx.execute("insert into marks (n) values (1)"));
  await expect(failing).rejects.toThrow("fetch failed");
  expect(await marks()).toBe(1);
});

test("lock_wait fails the statement and leaves its transaction open", async () => {
  fresh.endpoint.faults.set([{ mode: "lock_wait", match: "values \\(2\\)", times: 1 }]);
  await client.transaction(async (tx) => {
    await tx.execute("insert into marks (n) values (1)");
    await expect(tx.execute("insert into marks (n) values (2)")).rejects.toMatchObject({
      body: { code: "DEADLINE_EXCEEDED", message: expect.stringContaining("(errno 1205)") },
    });
  });
  expect(await marks()).toBe(1);
});

test("deadlock outside of a transaction fails the statement alone", async () => {
  fresh.endpoint.faults.set([{ mode: "deadlock", times: 1 }]);
  await expect(write()).rejects.toMatchObject({ body: { code: "ABORTED" } });
  expect(await marks()).toBe(0);
});

test("rollback_fails: the driver reports the rollback's error in place of the cause", async () => {
  fresh.endpoint.faults.set([{ mode: "rollback_fails", match: "^rollback" }]);
  const failing = client.transaction(async (tx) => {
    await tx.execute("insert into marks (n) values (1)");
    throw new Error("the cause");
  });
  await expect(failing).rejects.toMatchObject({ body: { code: "UNAVAILABLE" } });
  expect(await marks()).toBe(0);
});

test("slow: the answer comes late, and right", async () => {
  fresh.endpoint.faults.set([{ mode: "slow", delay_ms: 60 }]);
  const started = performance.now();
  await write();
  expect(performance.now() - started).toBeGreaterThanOrEqual(59);
  expect(await marks()).toBe(1);
});

test("a fault can be kept to a share of the calls and to some statements", async () => {
  const { faults } = fresh.endpoint;
  faults.set([{ mode: "server_error", share: 0.4 }]);
  await write();
  faults.set([{ mode: "server_error", match: "^delete" }]);
  await write();
  expect(await marks()).toBe(2);
  await expect(client.execute("DELETE FROM marks")).rejects.toMatchObject({ status: 500 });
  expect(await marks()).toBe(2);
});

test("the table can be read, replaced and cleared over HTTP", async () => {
  const address = `${new URL(fresh.endpoint.url).origin}/_faults`;
  const list: Fault[] = [{ mode: "hung", times: 2 }];
  const put = await fetch(address, { method: "POST", body: JSON.stringify(list) });
  expect(await put.json()).toEqual(list);
  expect(await (await fetch(address)).json()).toEqual(list);
  const wrong = await fetch(address, { method: "POST", body: '[{"mode":"sideways"}]' });
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toMatchObject({ error: expect.stringContaining("faults[0]") });
  await fetch(address, { method: "DELETE" });
  expect(fresh.endpoint.faults.list()).toEqual([]);
});

test("with no server behind, the answer is UNAVAILABLE at once", async () => {
  const { startPlanetScale } = await import("./endpoint.ts");
  const port = await unusedPort();
  const endpoint = await startPlanetScale({ databaseUrl: `mysql://u:p@127.0.0.1:${port}/focus` });
  const started = performance.now();
  await expect(new Client({ url: endpoint.url }).execute("select 1")).rejects.toMatchObject({
    body: { code: "UNAVAILABLE" },
  });
  expect(performance.now() - started).toBeLessThan(1000);
  await endpoint.stop();
});

function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
