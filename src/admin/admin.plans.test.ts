import { Client } from "@planetscale/database";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { signUpAdmin } from "../testing/admins.ts";
import { api, signUp, type TestUser } from "../testing/api.ts";
import { work } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { insertSearchKeys } from "../users/search.store.ts";
import { USER_SORTS } from "./user-order.ts";

restoreClockAfterEach();

const NEIGHBOURS = 2_000;
const AT_ONCE = 500;
/** As many as their kind is of all: those who administer, and those who are switched off. */
const [ADMIN_EACH, OFF_EACH] = [500, 100];

type Step = {
  table: string | null;
  type: string | null;
  key: string | null;
  Extra: string | null;
};
type Plan = { sql: string; steps: Step[] };

const client = () => new Client({ url: inject("planetscaleUrl") });
const idOf = (n: number) => `01957f00-0000-7000-8001-${String(n).padStart(12, "0")}`;

async function fill(table: string, columns: string, rows: unknown[][]): Promise<void> {
  const places = `(${rows[0]?.map(() => "?").join()})`;
  await client().execute(
    `insert into ${table} (${columns}) values ${rows.map(() => places).join()}`,
    rows.flat(),
  );
}

async function empty(): Promise<void> {
  for (const [table, column] of [
    ["users", "id"],
    ["user_search", "user_id"],
    ["challenges", "id"],
  ]) {
    await client().execute(`delete from ${table} where ${column} like ?`, [
      `${idOf(0).slice(0, 24)}%`,
    ]);
  }
}

let root: TestUser;

/** Other people and their challenges: with none, every plan reads the whole table. */
beforeAll(async () => {
  await empty();
  root = await signUpAdmin();
  for (let from = 0; from < NEIGHBOURS; from += AT_ONCE) {
    const people = Array.from({ length: AT_ONCE }, (_, k) => {
      const n = from + k;
      return {
        n,
        id: idOf(n),
        display_name: `Anna ${n} Neighbour`,
        email: `anna.${n}@plans.example`,
      };
    });
    const made = "2025-03-10 12:00:00";
    await fill(
      "users",
      "id, email, display_name, role, is_active, password_hash, timezone, day_start_minute, week_start, locale, reminder_enabled, reminder_time, limit_emails, challenge_emails, version, search_version, created_at, updated_at",
      people.map(({ n, id, display_name, email }) => [
        ...[id, email, display_name, n % ADMIN_EACH === 7 ? "admin" : "user"],
        ...[
          n % OFF_EACH !== 3,
          "x",
          "UTC",
          0,
          1,
          "en",
          false,
          "20:00",
          true,
          true,
          1,
          1,
          made,
          made,
        ],
      ]),
    );
    await insertSearchKeys(work(), people);
    await fill(
      "challenges",
      "id, owner_id, name, description, visibility, apps, categories, metric, start_date, end_date, missing_day_seconds, grace_hours, participant_count, status, starts_at, ends_at, version, created_at, updated_at",
      people.map(({ n, id, display_name }) => [
        ...[id, id, `Less of ${display_name}`, "", n % 3 ? "public" : "private", "[]", "[]"],
        ...["least_time", "2025-03-10", "2025-03-11", 1, 1, 1, n % 50 ? "final" : "cancelled"],
        ...[made, made, 1, made, made],
      ]),
    );
  }
  await client().execute("analyze table users, user_search, challenges");
});

afterAll(empty);

/** What the consumers of the audit and of the jobs ask meanwhile, on behalf of other tests too. */
const BY_QUEUES = /`(?:erasures|job_runs|emails|audit_\w+|usage_\w+|growth_days)`/;

/** The look-ups that leave for MySQL while `work` runs, as they are sent. */
async function lookUpsOf(act: () => Promise<void>): Promise<string[]> {
  const statements = new Set<string>();
  const real = globalThis.fetch;
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const body = init?.body;
    if (typeof body === "string" && body.startsWith('{"query"')) {
      statements.add((JSON.parse(body) as { query: string }).query);
    }
    return await real(input, init);
  });
  try {
    await act();
  } finally {
    spy.mockRestore();
  }
  return [...statements].filter(
    (sql) => /^\s*(select|update|delete)\b/i.test(sql) && !BY_QUEUES.test(sql),
  );
}

async function plansOf(act: () => Promise<void>): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const sql of await lookUpsOf(act)) {
    const { rows } = await client().execute(`explain format=traditional ${sql}`);
    plans.push({ sql, steps: rows as Step[] });
  }
  return plans;
}

/** One clock for all: it runs on from test to test, so that nobody's hundred requests a minute run out. */
let now = Date.now();
function tick(): void {
  now += 1_000;
  fixedClock(now);
}

/** Asks each list with every filter in turn; the second page too. */
async function ask(path: string, queries: Record<string, string>[]): Promise<void> {
  for (const query of queries) {
    let cursor: string | null = "";
    for (let pages = 0; pages < 2 && cursor !== null; pages += 1) {
      tick();
      const asked = new URLSearchParams({ ...query, limit: "10", ...(cursor && { cursor }) });
      const answer = await api(root).get<{ next_cursor: string | null }>(
        `${path}?${asked.toString()}`,
      );
      expect(answer.status, asked.toString()).toBe(200);
      cursor = answer.body.next_cursor;
    }
  }
}

/** Steps that read a table without any index. */
const scans = ({ steps }: Plan) =>
  steps.some(({ table, type, key }) => table !== null && (type === "ALL" || key === null));
/** Steps that sort what they have found. */
const sorts = ({ steps }: Plan) =>
  steps.some(({ Extra }) => /filesort|temporary/.test(Extra ?? ""));

const roles = [{}, { role: "user" }, { role: "admin" }];
const states = [{}, { is_active: "true" }, { is_active: "false" }];
const filters = roles.flatMap((role) => states.map((state) => ({ ...role, ...state })));
const isOfFew = (sql: string) =>
  /FORCE INDEX \(`?users_(role|active)/.test(sql) &&
  /order by `users`.`(email|display_name)/.test(sql);

/** Those who have what is searched for are few: their keys stand together, and are sorted. */
const isOfFewKeys = (sql: string) => /FORCE INDEX \(`?user_search_tail/.test(sql);
const isAmongFew = (sql: string) => /FORCE INDEX \(`?users_(role|active)/.test(sql);

describe("an administrator's lists", () => {
  it("find accounts by the index of their order, or sort the few that an index holds", async () => {
    const plans = await plansOf(
      async () =>
        await ask(
          "/admin/users",
          USER_SORTS.flatMap((sort) => filters.map((filter) => ({ sort, ...filter }))),
        ),
    );
    expect(plans.filter(scans)).toEqual([]);
    expect(plans.filter((plan) => sorts(plan) && !isOfFew(plan.sql))).toEqual([]);
    const used = new Set(
      plans
        .filter(({ sql }) => sql.includes("FORCE INDEX"))
        .flatMap(({ steps }) => steps.map(({ key }) => key)),
    );
    expect(used).toEqual(
      new Set(["PRIMARY", "users_email", "users_name", "users_role", "users_active"]),
    );
  });

  it("find a part of a name by its keys, in the order of the accounts, without the accounts that have none", async () => {
    const plans = await plansOf(
      async () =>
        await ask(
          "/admin/users",
          ["nn", "nna", "eighb", "1999 neigh", "zzz"].flatMap((q) =>
            ["created_at", "-created_at"].flatMap((sort) =>
              filters.map((filter) => ({ q, sort, ...filter })),
            ),
          ),
        ),
    );
    expect(plans.filter(scans)).toEqual([]);
    const searches = plans.filter(({ sql }) => sql.includes("`user_search`"));
    expect(searches.length).toBeGreaterThan(90);
    expect(searches.filter((plan) => sorts(plan) && !isOfFewKeys(plan.sql))).toEqual([]);
    const used = new Map<string, number>();
    for (const { sql, steps } of searches) {
      const keys = steps.find(({ table }) => table === "user_search");
      const key = isOfFewKeys(sql) ? "user_search_tail" : "PRIMARY";
      used.set(key, (used.get(key) ?? 0) + 1);
      expect(keys, sql).toMatchObject({ key });
      expect(["ref", "range"], sql).toContain(keys?.type);
      // The first step is what is gone through; the second is asked for each.
      expect(steps[0]?.table, sql).toBe(isAmongFew(sql) ? "users" : "user_search");
    }
    expect(Math.min(...used.values())).toBeGreaterThan(10);
  });

  it("find in the same order whether so many have a part of a name that it is no use to sort them", async () => {
    const found = async (q: string, sort: string) => {
      tick();
      const query = new URLSearchParams({ q, sort, limit: "12" });
      const { body } = await api(root).get<{ data: { id: string }[] }>(
        `/admin/users?${query.toString()}`,
      );
      return body.data.map(({ id }) => id).filter((id) => id.startsWith(idOf(0).slice(0, 24)));
    };
    const of = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => idOf(from + n));
    expect(await found("eighbour", "created_at")).toEqual(of(0, 12));
    expect(await found("eighbour", "-created_at")).toEqual(of(1_988, 2_000).reverse());
    expect(await found("a 199", "created_at")).toEqual([idOf(199), ...of(1_990, 2_000)]);
    expect(await found("a 199", "-created_at")).toEqual([...of(1_990, 2_000).reverse(), idOf(199)]);
  });

  it("find challenges inside one index, whose order is the list's", async () => {
    const queries = [{}, { q: "anna" }, { q: "zzz" }].flatMap((q) =>
      [{}, { status: "cancelled" }, { status: "final" }].flatMap((status) =>
        [{}, { visibility: "public" }, { visibility: "private" }].map((visibility) => ({
          ...q,
          ...status,
          ...visibility,
        })),
      ),
    );
    const plans = await plansOf(async () => await ask("/admin/challenges", queries));
    expect(plans.filter(scans)).toEqual([]);
    const lists = plans.filter(({ sql }) => /FORCE INDEX \(`?challenges/.test(sql));
    expect(lists.length).toBeGreaterThan(18);
    expect(lists.filter(sorts)).toEqual([]);
    for (const { sql, steps } of lists) expect(steps[0]?.Extra, sql).toContain("Using index");
  });

  it("and single accounts are found by keys alone, with their use", async () => {
    tick();
    const { id } = await signUp();
    const plans = await plansOf(async () => {
      expect((await api(root).get(`/admin/users/${id}`)).status).toBe(200);
      for (const body of [{ display_name: "Another" }, { role: "admin" }, { role: "user" }]) {
        expect((await api(root).put(`/admin/users/${id}`, body)).status).toBe(200);
      }
    });
    expect(plans.filter(scans)).toEqual([]);
    expect(plans.length).toBeGreaterThan(8);
  });
});
