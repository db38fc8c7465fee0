import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@planetscale/database";
import { createConnection } from "mariadb";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { isRunning } from "./processes.ts";
import { startPlanetScale } from "./planetscale/endpoint.ts";
import { serverOptions } from "./server-settings.ts";
import type { Database } from "./private-database.ts";
import { startDatabase } from "./private-database.ts";
import { soon } from "../testing/until.ts";

let base: string;
let folder: string;

beforeAll(async () => {
  // Longer than the 107 bytes that a socket's path may have.
  base = await mkdtemp(join(tmpdir(), "focus-database-"));
  folder = join(base, "a-long-name-".repeat(8), "database");
  await mkdir(folder, { recursive: true });
});

afterAll(() => rm(base, { recursive: true, force: true }));

const start = (): Promise<Database> =>
  startDatabase({ folder, log: () => undefined, durable: false });

async function query(url: string, statement: string): Promise<unknown> {
  const connection = await createConnection(serverOptions(url));
  try {
    return await connection.query(statement);
  } finally {
    await connection.end();
  }
}

test("data stays from run to run, and nothing else may use the folder meanwhile", async () => {
  const first = await start();
  await query(first.url, "create table kept (id int primary key)");
  await first.stop();
  const second = await start();
  expect(await query(second.url, "select * from kept")).toEqual([]);
  await second.stop();
  expect(second.pid).toBeUndefined();
});

test("the server is UTC, utf8mb4 and strict, like PlanetScale's", async () => {
  const database = await start();
  const [row] = (await query(
    database.url,
    "select @@global.time_zone as zone, @@character_set_server as charset, @@sql_mode as mode",
  )) as { zone: string; charset: string; mode: string }[];
  expect(row).toMatchObject({ zone: "+00:00", charset: "utf8mb4" });
  expect(row?.mode).toContain("STRICT_TRANS_TABLES");
  await database.stop();
});

test("a server's temporary tables are out of the reach of any other server that starts", async () => {
  const database = await start();
  const [row] = (await query(database.url, "select @@tmpdir as scratch")) as { scratch: string }[];
  expect(row?.scratch).toBe(join(folder, "scratch"));
  await database.stop();
});

test("a server that dies is noticed, and the endpoint finds it again once it is back", async () => {
  const database = await start();
  const ends: string[] = [];
  database.onUnexpectedEnd((how) => ends.push(how));
  const endpoint = await startPlanetScale({ databaseUrl: database.url });
  const client = new Client({ url: endpoint.url });
  await client.execute("select 1");
  const open = client.connection();
  await open.execute("BEGIN");

  await database.kill("SIGKILL");
  await expect(client.execute("select 1")).rejects.toMatchObject({ body: { code: "UNAVAILABLE" } });
  await expect(open.execute("select 1")).rejects.toMatchObject({ body: { code: "UNAVAILABLE" } });
  await open.execute("ROLLBACK");

  await database.restart();
  expect((await client.execute("select 'back' as a")).rows).toEqual([{ a: "back" }]);
  expect(ends).toEqual([]);
  process.kill(database.pid ?? 0, "SIGKILL");
  await soon(() => expect(ends).toEqual(["SIGKILL"]));
  await endpoint.stop();
  await database.stop();
});

test("a server that a killed run left behind is stopped at the next start", async () => {
  const module = join(import.meta.dirname, "private-database.ts");
  const script = `const { startDatabase } = await import(${JSON.stringify(module)});
    await startDatabase({ folder: ${JSON.stringify(folder)}, log: () => undefined, durable: false });
    console.log("ready"); setInterval(() => undefined, 1000);`;
  const run = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => run.stdout.once("data", resolve));
  await expect(start()).rejects.toThrow(/is using the database/);
  const orphan = JSON.parse(await readFile(join(folder, "server.json"), "utf8")) as { pid: number };
  run.kill("SIGKILL");
  await new Promise((resolve) => run.once("exit", resolve));
  expect(isRunning(orphan.pid)).toBe(true);
  const database = await start();
  expect(isRunning(orphan.pid)).toBe(false);
  await database.stop();
});

test("a server that is given by its URL gets the database it names, and is never stopped", async () => {
  const url = new URL(inject("localDatabaseUrl"));
  url.pathname = "/given_by_url";
  const database = await startDatabase({ folder, log: () => undefined, url: url.href });
  expect(database).toMatchObject({ kind: "given", url: url.href });
  expect(await query(database.url, "select database() as name")).toEqual([
    { name: "given_by_url" },
  ]);
  await database.stop();
  await query(url.href, "drop database given_by_url");
});

test("a URL that leads nowhere is said so in words", async () => {
  const url = "mysql://root@127.0.0.1:1/x";
  await expect(startDatabase({ folder, log: () => undefined, url })).rejects.toThrow(
    /DATABASE_URL/,
  );
});
