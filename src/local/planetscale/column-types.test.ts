import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  char,
  customType,
  date,
  datetime,
  decimal,
  double,
  int,
  json,
  mysqlEnum,
  mysqlTable,
  smallint,
  text,
  tinyint,
  varchar,
} from "drizzle-orm/mysql-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FreshEndpoint } from "../testing/fresh-endpoint.ts";
import { freshEndpoint } from "../testing/fresh-endpoint.ts";

const asciiKey = customType<{ data: string }>({
  dataType: () => "varchar(36) character set ascii collate ascii_bin",
});

const samples = mysqlTable("samples", {
  id: asciiKey("id").primaryKey(),
  code: char("code", { length: 8 }),
  email: varchar("email", { length: 254 }),
  count: int("count"),
  port: int("port", { unsigned: true }),
  total: bigint("total", { mode: "number" }),
  rank: smallint("rank"),
  level: tinyint("level"),
  is_active: boolean("is_active"),
  at: datetime("at", { mode: "date", fsp: 3 }),
  day: date("day", { mode: "string" }),
  note: text("note"),
  settings: json("settings").$type<{ name: string; list: number[] }>(),
  price: decimal("price", { precision: 10, scale: 2 }),
  share: double("share"),
  state: mysqlEnum("state", ["open", "closed"]),
});

let fresh: FreshEndpoint;

beforeAll(async () => {
  fresh = await freshEndpoint();
  await fresh.client.execute(`create table samples (
    id varchar(36) character set ascii collate ascii_bin not null primary key,
    code char(8), email varchar(254), count int, port int unsigned, total bigint, \`rank\` smallint,
    level tinyint, is_active boolean, at datetime(3), day date, note text, settings json,
    price decimal(10,2), share double, state enum('open','closed'))`);
});

afterAll(() => fresh.stop());

const FULL = {
  id: "0192-a",
  code: "AB12",
  email: "zoë@exämple.com",
  count: -2_147_483_648,
  port: 4_294_967_295,
  total: 9_007_199_254_740_991,
  rank: -32_768,
  level: 127,
  is_active: true,
  at: new Date("2026-11-22T03:04:05.678Z"),
  day: "2026-11-22",
  note: "a 'quoted' \\ line\nand 😀 \u0000 end",
  settings: { name: "é😀", list: [1, 2.5] },
  price: "12345678.90",
  share: 0.1,
  state: "open" as const,
};

test("a row of every column type comes back as it was written", async () => {
  await fresh.db.insert(samples).values(FULL);
  const [row] = await fresh.db.select().from(samples);
  expect(row).toEqual(FULL);
});

test("a row of NULLs comes back as NULLs", async () => {
  const { db } = fresh;
  await db.insert(samples).values({ id: "nulls" });
  const [row] = await db
    .select()
    .from(samples)
    .where(sql`id = 'nulls'`);
  expect(Object.values(row ?? {}).filter((value) => value !== null)).toEqual(["nulls"]);
});

test("the columns' types are those of Vitess, on MariaDB as on MySQL", async () => {
  const { types, fields } = await fresh.client.execute("select * from samples limit 1");
  expect(types).toMatchObject({
    code: "CHAR",
    email: "VARCHAR",
    count: "INT32",
    port: "UINT32",
    total: "INT64",
    rank: "INT16",
    level: "INT8",
    is_active: "INT8",
    at: "DATETIME",
    day: "DATE",
    note: "TEXT",
    settings: "JSON",
    price: "DECIMAL",
    share: "FLOAT64",
    state: "ENUM",
  });
  expect(fields[1]).toMatchObject({
    name: "code",
    orgName: "code",
    table: "samples",
    orgTable: "samples",
    database: fresh.name,
  });
});

test("counts and sums come as strings, bytes as bytes", async () => {
  const { rows } = await fresh.client.execute(
    "select count(*) as n, sum(level) as s, x'00ff' as bytes, null as nothing, cast('2026-01-02' as datetime(3)) as t from samples",
  );
  expect(rows).toEqual([
    {
      n: "2",
      s: "127",
      bytes: new Uint8Array([0, 255]),
      nothing: null,
      t: "2026-01-02 00:00:00.000",
    },
  ]);
});

test("JSON that a query puts together is parsed as well", async () => {
  const { rows } = await fresh.client.execute(
    "select json_arrayagg(id) as ids, json_object('a', 1) as o from samples",
  );
  expect(rows).toEqual([{ ids: expect.arrayContaining(["0192-a", "nulls"]), o: { a: 1 } }]);
});

test("two columns of one name both arrive", async () => {
  const { rows } = await fresh.client.execute("select 'x' as a, 'y' as a", null, { as: "array" });
  expect(rows).toEqual([["x", "y"]]);
});

test("affected rows are the matched ones, and inserts tell the key that was made", async () => {
  const { client } = fresh;
  await client.execute("create table counted (id bigint auto_increment primary key, n int)");
  const inserted = await client.execute("insert into counted (n) values (1), (2)");
  expect(inserted).toMatchObject({ rowsAffected: 2, insertId: "1" });
  const same = await client.execute("update counted set n = 1 where id = 1");
  expect(same).toMatchObject({ rowsAffected: 1, insertId: "0" });
  const upserted = await client.execute(
    "insert into counted (id, n) values (1, 1) on duplicate key update n = values(n)",
  );
  expect(upserted.rowsAffected).toBe(1);
});

test("an empty result still names its columns", async () => {
  const { headers, rows } = await fresh.client.execute("select id, level from samples where 1 = 0");
  expect({ headers, rows }).toEqual({ headers: ["id", "level"], rows: [] });
});

test("a cell larger than any buffer comes back whole", async () => {
  const { rows } = await fresh.client.execute("select repeat('é', 300000) as big, 'after' as next");
  const [row] = rows as { big: string; next: string }[];
  expect(row?.big).toHaveLength(300_000);
  expect(row?.next).toBe("after");
});

test("more than 100,000 rows are refused", async () => {
  const { client } = fresh;
  await client.execute("create table digits (d int primary key)");
  await client.execute("insert into digits values (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)");
  const many = (tables: number): string =>
    `select 1 from ${Array.from({ length: tables }, (_, index) => `digits d${index}`).join(", ")}`;
  const { size } = await client.execute(many(5));
  expect(size).toBe(100_000);
  await expect(client.execute(`${many(5)} union all select 1`)).rejects.toThrow(
    /Row count exceeded 100000/,
  );
});
