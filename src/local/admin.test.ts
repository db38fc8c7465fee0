import { afterAll, beforeAll, expect, test } from "vitest";
import { listAdmins, setRole } from "./admin.ts";
import type { FreshEndpoint } from "./testing/fresh-endpoint.ts";
import { freshEndpoint } from "./testing/fresh-endpoint.ts";

let fresh: FreshEndpoint;

beforeAll(async () => {
  fresh = await freshEndpoint();
  await fresh.client.execute(`create table users (
    id varchar(36) primary key, email varchar(254) not null, role enum('user','admin') not null,
    version int not null, updated_at datetime(3) not null)`);
  await fresh.client.execute(
    "insert into users values ('1', 'ada@example.com', 'user', 1, '2026-01-01'), ('2', 'bob@example.com', 'user', 1, '2026-01-01')",
  );
});

afterAll(() => fresh.stop());

test("an address is found however it is written, and its row tells of the change", async () => {
  const { client } = fresh;
  expect(await setRole(client, " ADA@Example.com ", "admin")).toMatch(/now has the role admin/);
  expect(await setRole(client, "ada@example.com", "admin")).toMatch(/already/);
  expect(await listAdmins(client)).toEqual(["ada@example.com"]);
  const { rows } = await client.execute(
    "select version, updated_at > '2026-01-02' as touched from users where id = '1'",
  );
  expect(rows).toMatchObject([{ version: 2 }]);
});

test("the last admin stays one", async () => {
  const { client } = fresh;
  await expect(setRole(client, "ada@example.com", "user")).rejects.toThrow(/last admin/);
  await setRole(client, "bob@example.com", "admin");
  expect(await setRole(client, "ada@example.com", "user")).toMatch(/now has the role user/);
  expect(await listAdmins(client)).toEqual(["bob@example.com"]);
});

test("an address that nobody has is said so", async () => {
  await expect(setRole(fresh.client, "x@example.com", "admin")).rejects.toThrow(
    "No user has the address x@example.com.",
  );
});
