import { afterAll, beforeAll, expect, test } from "vitest";
import { listAdmins, setRole } from "./admin.ts";
import { migrate } from "./migrate.ts";
import type { FreshEndpoint } from "./testing/fresh-endpoint.ts";
import { freshEndpoint } from "./testing/fresh-endpoint.ts";

let fresh: FreshEndpoint;

beforeAll(async () => {
  fresh = await freshEndpoint();
  await migrate(fresh.endpoint.url);
  for (const [id, name] of [
    ["1", "ada"],
    ["2", "bob"],
    ["3", "cyd"],
  ]) {
    await fresh.client.execute(
      `insert into users (id, email, password_hash, display_name, role, is_active, timezone,
         day_start_minute, week_start, locale, reminder_enabled, reminder_time, limit_emails,
         challenge_emails, version, created_at, updated_at)
       values (?, concat(?, '@example.com'), 'hash', ?, 'user', true, 'UTC', 0, 1, 'en', false,
         '20:00', true, true, 1, '2026-01-01', '2026-01-01')`,
      [id, name, name],
    );
  }
});

afterAll(() => fresh.stop());

const auditOf = async (user_id: string) =>
  (
    await fresh.client.execute(
      "select action, level, actor_id, ip, context from audit_logs where user_id = ? order by id",
      [user_id],
    )
  ).rows;

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

test("each change of a role is written down, by the operator; what changes nothing is not", async () => {
  const by = (before: string, after: string) => ({ by: "operator", before, after });
  expect(await auditOf("1")).toEqual([
    {
      action: "admin.role_granted",
      level: "warning",
      actor_id: null,
      ip: null,
      context: by("user", "admin"),
    },
  ]);
});

test("the last active admin stays one, whoever else has the role and cannot sign in", async () => {
  const { client } = fresh;
  await expect(setRole(client, "ada@example.com", "user")).rejects.toThrow(/last active admin/);
  await setRole(client, "cyd@example.com", "admin");
  await client.execute("update users set is_active = false where id = '3'");
  expect(await listAdmins(client)).toEqual(["ada@example.com", "cyd@example.com (inactive)"]);
  await expect(setRole(client, "ada@example.com", "user")).rejects.toThrow(/last active admin/);
  expect(await auditOf("1")).toHaveLength(1);
  await setRole(client, "bob@example.com", "admin");
  expect(await setRole(client, "ada@example.com", "user")).toMatch(/now has the role user/);
  expect(await setRole(client, "cyd@example.com", "user")).toMatch(/now has the role user/);
  expect(await listAdmins(client)).toEqual(["bob@example.com"]);
  expect(await auditOf("1")).toMatchObject([
    { context: { after: "admin" } },
    { context: { before: "admin", after: "user" } },
  ]);
});

test("of two admins who are revoked at once, one stays", async () => {
  const { client } = fresh;
  await setRole(client, "ada@example.com", "admin");
  const outcomes = await Promise.allSettled([
    setRole(client, "ada@example.com", "user"),
    setRole(client, "bob@example.com", "user"),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await listAdmins(client)).toHaveLength(1);
});

test("an address that nobody has is said so", async () => {
  await expect(setRole(fresh.client, "x@example.com", "admin")).rejects.toThrow(
    "No user has the address x@example.com.",
  );
});
