import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { Client } from "@planetscale/database";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { runCron } from "../cron.ts";
import { importUsers } from "../local/import/run.ts";
import { dismissAllAdmins, grantAdmin, signUpAdmin } from "../testing/admins.ts";
import { api, call, freshEmail, signUp, type TestUser } from "../testing/api.ts";
import { work } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { users, userSearch } from "../users/users.table.ts";

restoreClockAfterEach();

type Listed = { id: string; email: string; display_name: string; role: string; is_active: boolean };
type Page = { data: Listed[]; next_cursor: string | null };
type Problem = { code: string; errors?: { path: string }[] };

let root: TestUser;
beforeAll(async () => {
  root = await signUpAdmin();
});

/** A word that nobody else's name holds. */
const someWord = () => `x${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
const list = async <T = Page>(query: Record<string, string>) =>
  await api(root).get<T>(`/admin/users?${new URLSearchParams(query).toString()}`);
const namesOf = async (query: Record<string, string>) =>
  (await list(query)).body.data.map(({ display_name }) => display_name);
const idsOf = async (query: Record<string, string>) =>
  (await list(query)).body.data.map(({ id }) => id);

describe("finding users", () => {
  it("goes by a part of the name, wherever in it, whatever the case and accents", async () => {
    const word = someWord();
    const zoe = await signUp({ display_name: `Zoë ${word}é Łukasz` });
    await signUp({ display_name: "Somebody else" });
    for (const q of [word, word.slice(3), `oe ${word}`, `${word.toUpperCase()}E LUK`, "  kasz  "]) {
      expect(await idsOf({ q }), q).toContain(zoe.id);
    }
    expect(await idsOf({ q: word })).toEqual([zoe.id]);
    expect(await idsOf({ q: `${word}u` })).toEqual([]);
    for (const q of [`${word}%`, `%${word}`, `_${word.slice(1)}`, "' or 1 = 1 --"]) {
      expect(await idsOf({ q }), q).toEqual([]);
    }
  });

  it("goes by a part of the address", async () => {
    const ada = await signUp();
    const [local = ""] = ada.email.split("@");
    for (const q of [ada.email, local, local.slice(5, 30), `${local.slice(10)}@exam`]) {
      expect(await idsOf({ q }), q).toEqual([ada.id]);
    }
    expect((await list({ q: "example.com", limit: "1" })).body.data).toHaveLength(1);
  });

  it("finds a person once, however often the part stands in the name", async () => {
    const word = someWord();
    const ada = await signUp({ display_name: `${word} ${word} ${word}` });
    expect(await idsOf({ q: word })).toEqual([ada.id]);
  });

  it("goes by the new name and the new address as soon as they hold, and by the old ones no more", async () => {
    const [before, after] = [someWord(), someWord()];
    const ada = await signUp({ display_name: before });
    await api(ada).put("/users/me", { display_name: after });
    expect(await idsOf({ q: before })).toEqual([]);
    expect(await idsOf({ q: after })).toEqual([ada.id]);

    const { email, password } = { email: freshEmail(), password: "a long enough password" };
    await call("POST", "/auth/register", { email, password, display_name: before });
    expect(await namesOf({ q: email })).toEqual([before]);
    expect(await namesOf({ q: before })).toEqual([before]);
  });

  it("finds nobody who was deleted, from that moment on", async () => {
    const word = someWord();
    const ada = await signUp({ display_name: word });
    expect((await api(ada).delete("/users/me", { password: ada.password })).status).toBe(204);
    for (const q of [word, ada.email, "erased", "erased/"]) {
      expect(await idsOf({ q }), q).toEqual([]);
    }
    expect(await idsOf({ sort: "email", is_active: "false", limit: "100" })).not.toContain(ada.id);
    expect(await idsOf({ limit: "100" })).not.toContain(ada.id);
    expect((await api(root).get(`/admin/users/${ada.id}`)).status).toBe(404);
    const keys = await work().db.select().from(userSearch).where(eq(userSearch.user_id, ada.id));
    expect(keys).toEqual([]);
  });

  it("finds imported accounts, and those from before there were keys, within a quarter of an hour", async () => {
    const word = someWord();
    const rows = [1, 2, 3].map((n) => `${freshEmail()},$2b$04$${"x".repeat(53)},${word} ${n}`);
    const file = [
      "email,hashed_password,name,role,is_active,is_verified,created_at",
      ...rows.map((row) => `${row},user,true,true,2024-05-01T10:00:00`),
    ];
    await importUsers({
      client: new Client({ url: inject("planetscaleUrl") }),
      chunks: (async function* () {
        yield await Promise.resolve(new TextEncoder().encode(file.join("\n")));
      })(),
      is_dry: false,
      now: Date.now(),
      onRefusal: ({ reason }) => {
        throw new Error(reason);
      },
    });
    const old = await signUp({ display_name: `${word} 4` });
    const { db } = work();
    await db.delete(userSearch).where(eq(userSearch.user_id, old.id));
    await db.update(users).set({ search_version: 0 }).where(eq(users.id, old.id));
    expect(await idsOf({ q: word })).toEqual([]);
    for (let times = 0; times < 2; times += 1) {
      const scheduledTime = Date.now() + times * 900_000;
      const controller = { cron: "*/15 * * * *", scheduledTime, noRetry: () => undefined };
      await runCron(controller, env, createExecutionContext());
    }
    expect((await namesOf({ q: word, sort: "created_at" })).sort()).toEqual(
      [1, 2, 3, 4].map((n) => `${word} ${n}`),
    );
  });

  it("is filtered by role and by who is active, with and without a part of a name", async () => {
    const word = someWord();
    const names = ["user on", "user off", "admin on", "admin off"];
    for (const name of names) {
      const { id } = await signUp({ display_name: `${word} ${name}` });
      const [role, state] = name.split(" ") as ["user" | "admin", string];
      await work()
        .db.update(users)
        .set({ role, is_active: state === "on" })
        .where(eq(users.id, id));
    }
    for (const role of ["user", "admin", ""]) {
      for (const state of ["true", "false", ""]) {
        const filter = { ...(role && { role }), ...(state && { is_active: state }) };
        const fitting = names.filter(
          (name) =>
            name.startsWith(role) && (!state || name.endsWith(state === "true" ? "on" : "off")),
        );
        const found = await namesOf({ q: word, sort: "created_at", ...filter });
        expect(found, JSON.stringify(filter)).toEqual(fitting.map((name) => `${word} ${name}`));
        const all = (await list({ limit: "100", ...filter })).body.data;
        const newest = all
          .map(({ display_name }) => display_name)
          .filter((name) => name.startsWith(word));
        expect(newest, JSON.stringify(filter)).toEqual([...found].reverse());
      }
    }
    await dismissAllAdmins();
    await grantAdmin(root);
  });

  it("pages through each order without missing or repeating anybody, also while people come", async () => {
    const word = someWord();
    const clock = fixedClock(Date.now());
    const people: TestUser[] = [];
    for (const name of ["Bé", "be", "Ça", "ad", "李明"]) {
      clock.advance(1_000);
      people.push(await signUp({ display_name: `${name} ${word}` }));
    }
    const all = async (query: Record<string, string>): Promise<string[]> => {
      const ids: string[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const page: Page = (await list({ ...query, limit: "2", ...(cursor && { cursor }) })).body;
        expect(page.data.length).toBeGreaterThan(0);
        ids.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
        // Nobody's hundred requests a minute run out.
        clock.advance(1_000);
        if (ids.length === 2) await signUp({ display_name: `Later ${someWord()}` });
      }
      return ids;
    };
    const ids = people.map(({ id }) => id);
    expect(await all({ q: word, sort: "created_at" })).toEqual(ids);
    expect(await all({ q: word })).toEqual([...ids].reverse());
  });

  it("lists everybody in the order asked for, which is the database's own, from either end", async () => {
    for (const field of ["email", "display_name"]) {
      const { rows } = await new Client({ url: inject("planetscaleUrl") }).execute(
        `select id from users where email not like 'erased/%' order by ${field}, id`,
      );
      const forwards = (rows as { id: string }[]).map(({ id }) => id);
      for (const [sort, expected] of [
        [field, forwards],
        [`-${field}`, [...forwards].reverse()],
      ] as const) {
        const first = (await list({ sort, limit: "4" })).body;
        const second = await list({ sort, limit: "4", cursor: first.next_cursor ?? "" });
        const seen = [...first.data, ...second.body.data].map(({ id }) => id);
        expect(seen, sort).toEqual(expected.slice(0, 8));
      }
    }
  });

  it("refuses what it cannot do, and a cursor of another order", async () => {
    const refused = async (query: Record<string, string>) => {
      const { status, body } = await list<Problem>(query);
      return [status, body.errors?.[0]?.path ?? body.code];
    };
    expect(await refused({ q: "a" })).toEqual([422, "q"]);
    expect(await refused({ q: "\u0301\u0301\u0301" })).toEqual([422, "q"]);
    expect(await refused({ q: "x".repeat(65) })).toEqual([422, "q"]);
    expect(await refused({ q: "ada", sort: "email" })).toEqual([422, "sort"]);
    expect(await refused({ sort: "password_hash" })).toEqual([422, "sort"]);
    expect(await refused({ role: "owner" })).toEqual([422, "role"]);
    expect(await refused({ is_active: "yes" })).toEqual([422, "is_active"]);
    expect(await refused({ limit: "101" })).toEqual([422, "limit"]);
    expect(await refused({ cursor: "nonsense" })).toEqual([400, "malformed_cursor"]);
    const { next_cursor } = (await list({ limit: "1", sort: "email" })).body;
    expect(await refused({ cursor: next_cursor ?? "" })).toEqual([400, "malformed_cursor"]);
  });

  it("stands in the API's document with its filters", async () => {
    const answer = await exports.default.fetch(new Request("http://localhost/openapi.json"));
    const { paths } = await answer.json<{
      paths: Record<string, Record<string, { tags: string[]; parameters: { name: string }[] }>>;
    }>();
    const route = paths["/api/admin/users"]?.["get"];
    expect(route?.tags).toEqual(["Admin"]);
    expect(route?.parameters.map(({ name }) => name).sort()).toEqual(
      ["cursor", "is_active", "limit", "q", "role", "sort"].sort(),
    );
  });
});
