import { Client } from "@planetscale/database";
import type { DatabaseError } from "@planetscale/database";
import { DrizzleQueryError } from "drizzle-orm";
import { mysqlTable, varchar } from "drizzle-orm/mysql-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FreshEndpoint } from "../testing/fresh-endpoint.ts";
import { freshEndpoint } from "../testing/fresh-endpoint.ts";

let fresh: FreshEndpoint;

beforeAll(async () => {
  fresh = await freshEndpoint();
  await fresh.client.execute(`create table people (
    id varchar(36) primary key, email varchar(100) not null, age int, settings json,
    unique key people_email_uq (email), constraint people_age_ck check (age >= 0))`);
  await fresh.client.execute("insert into people values ('1', 'ada@example.com', 36, '{}')");
});

afterAll(() => fresh.stop());

async function failureOf(statement: string, client = fresh.client): Promise<DatabaseError> {
  try {
    await client.execute(statement);
  } catch (error) {
    return error as DatabaseError;
  }
  throw new Error("the statement went through");
}

test.for([
  ["insert into people values ('2', 'ada@example.com', 1, '{}')", "people.people_email_uq"],
  ["insert into `people` values ('1', 'b@example.com', 1, '{}')", "people.PRIMARY"],
  ["replace into people select '1', 'x', 1, '{}' from missing", null],
  ["update people set id = '1' where id = '1'", undefined],
])("a duplicate key is named with its table: %s", async ([statement, key]) => {
  if (key === undefined) return expect((await fresh.client.execute(statement ?? "")).size).toBe(0);
  const failure = await failureOf(statement ?? "");
  if (key === null) return expect(failure.body.code).toBe("NOT_FOUND");
  expect(failure.body.code).toBe("ALREADY_EXISTS");
  expect(failure.message).toContain(`for key '${key}' (errno 1062) (sqlstate 23000)`);
});

test("a duplicate that an UPDATE makes is named with its table too", async () => {
  await fresh.client.execute("insert into people values ('3', 'three@example.com', 1, '{}')");
  const failure = await failureOf("update people set email = 'ada@example.com' where id = '3'");
  expect(failure.message).toContain("for key 'people.people_email_uq'");
});

test("an error's text has Vitess's frame, the statement and the values, as the real one", async () => {
  const failure = await failureOf(
    "select * from missing where email = 'ada@example.com' and n = 5",
  );
  expect(failure.status).toBe(400);
  expect(failure.body.code).toBe("NOT_FOUND");
  expect(failure.message).toBe(
    `target: ${fresh.name}.-.primary: vttablet: rpc error: code = NotFound desc = Table '${fresh.name}.missing' doesn't exist (errno 1146) (sqlstate 42S02) (CallerID: focus-local): Sql: "select * from missing where email = :vtg1 /* VARCHAR */ and n = :vtg2 /* INT64 */", BindVars: {vtg1: "type:VARCHAR value:\\"ada@example.com\\"" vtg2: "type:INT64 value:\\"5\\""}`,
  );
});

test.for([
  ["insert into people values ('4', 'd@example.com', -1, '{}')", 3819, "HY000"],
  ["insert into people values ('4', 'd@example.com', 1, '{')", 3140, "22032"],
  ["insert into people values ('4', null, 1, '{}')", 1048, "23000"],
  ["insert into people values (repeat('x', 40), 'd', 1, '{}')", 1406, "22001"],
  ["insert into people (id) values ('9')", 1364, "HY000"],
  ["selec 1", 1064, "42000"],
] as const)("%s fails with MySQL's number %i", async ([statement, errno, sqlstate]) => {
  const failure = await failureOf(statement);
  expect(failure.message).toContain(`(errno ${errno}) (sqlstate ${sqlstate})`);
});

test.for([
  ["insert into people (id, email) values ('8', 'h') returning id", "INVALID_ARGUMENT", 1064],
  [
    "insert into people (id, email) values ('8', 'h') as n on duplicate key update id = n.id",
    "INVALID_ARGUMENT",
    1064,
  ],
  ["create table keyless (a int)", "FAILED_PRECONDITION", 3750],
  ["create table child (id int primary key, p int references people (id))", "ABORTED", 1105],
  ["truncate table people", "UNIMPLEMENTED", 1235],
] as const)(
  "%s is refused, though the server behind might run it",
  async ([statement, code, errno]) => {
    const failure = await failureOf(statement);
    expect(failure.body.code).toBe(code);
    expect(failure.message).toContain(`(errno ${errno})`);
    const { rows } = await fresh.client.execute("select count(*) as n from people where id = '8'");
    expect(rows).toEqual([{ n: "0" }]);
  },
);

test("drizzle wraps the driver's error and keeps it as the cause", async () => {
  const people = mysqlTable("people", {
    id: varchar("id", { length: 36 }).primaryKey(),
    email: varchar("email", { length: 100 }).notNull(),
  });
  const failure: unknown = await fresh.db
    .insert(people)
    .values({ id: "1", email: "other@example.com" })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DrizzleQueryError);
  expect((failure as DrizzleQueryError).cause).toMatchObject({ body: { code: "ALREADY_EXISTS" } });
});

test("wrong credentials are turned away before anything runs", async () => {
  const url = new URL(fresh.endpoint.url);
  url.password = "wrong";
  const failure = await failureOf("select 1", new Client({ url: url.href }));
  expect(failure).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
});

test("a session can be created beforehand", async () => {
  const connection = fresh.client.connection();
  await connection.refresh();
  const { rows } = await connection.execute("select 'here' as a");
  expect(rows).toEqual([{ a: "here" }]);
});

test("what is SET holds for its own statement alone", async () => {
  const connection = fresh.client.connection();
  await connection.execute("set @found = 1");
  const { rows } = await connection.execute("select @found as found");
  expect(rows).toEqual([{ found: null }]);
});

test("trips are counted by their first words", async () => {
  const { stats, url } = fresh.endpoint;
  stats.reset();
  await fresh.client.transaction((tx) => tx.execute("select 1"));
  expect(stats.read()).toMatchObject({
    requests: 3,
    statements: 3,
    by_verb: { begin: 1, select: 1, commit: 1 },
  });
  const { origin } = new URL(url);
  expect(await (await fetch(`${origin}/_stats`)).json()).toMatchObject({ requests: 3 });
  expect(
    (await fetch(`${origin}/_stats`, { headers: { origin: "http://evil.example" } })).status,
  ).toBe(403);
});
