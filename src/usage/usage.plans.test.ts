import { exports } from "cloudflare:workers";
import { Client } from "@planetscale/database";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

const NEIGHBOURS = 50;
const ROWS_EACH = 100;
/** What the caller has from earlier years. */
const OLD_ROWS = 3_000;
const NOW = "2026-03-10T12:00:00Z";
const DAY_MS = 86_400_000;

const cursorAt = (instant: string) =>
  btoa(JSON.stringify([Date.parse(instant), "01957f00-0000-7000-8000-000000000001"])).replaceAll(
    "=",
    "",
  );

/** How each route that reads usage is asked; those that stand in API.md alone are asked once they are there. */
const READS: Record<string, string[]> = {
  "/activities": [
    "",
    "?from=2026-02-16&to=2026-02-18",
    "?from=0001-01-01",
    "?to=9999-12-31",
    "?app=com.instagram.android",
    "?category=social",
    "?device_id=phone&limit=5",
    `?cursor=${cursorAt("2026-03-05T00:00:00Z")}`,
  ],
  "/activities/today": [""],
  "/activities/resume": ["?device_id=phone"],
  "/activities/stats/daily": ["?date=2026-03-05", "?from=2026-02-20&to=2026-03-09"],
  "/activities/stats/weekly": ["", "?week_of=2026-02-20"],
  "/activities/stats/apps": ["?from=2026-02-20&to=2026-03-09", "?from=2026-03-01&to=2026-03-09"],
  "/users/me/stats": [""],
};

/** What the hot statements must be found by; `rows`: how many of the caller's items they may read at most. */
const EXPECTED: { what: string; statement: RegExp; key: string; type?: string; rows?: number }[] = [
  {
    what: "a page of history",
    statement: /^select .* from `activities` .* order by `activities`.* limit \d+$/,
    key: "activities_history",
  },
  {
    what: "a page of history between two dates",
    statement: /^select .* from `activities` .*`date` >= .*`date` <= .* limit \d+$/,
    key: "activities_history",
    type: "range",
    rows: 600,
  },
  {
    what: "a day's items, to be settled",
    statement: /^select .* from `activities` .*`started_at` >= .* for update$/,
    key: "activities_history",
    type: "range",
    rows: 200,
  },
  {
    what: "one item",
    statement: /^(?:select|update) .*`user_id` = '[^']+' and `activities`\.`id` = /,
    key: "PRIMARY",
  },
];
/** Counters, which nobody reads yet for one person. */
const COUNTERS = { statement: /^select .* from `daily_usage` .*`user_id` = /, key: "PRIMARY" };

type Step = {
  table: string | null;
  type: string | null;
  key: string | null;
  rows: string | null;
  Extra: string | null;
};

const client = () => new Client({ url: inject("planetscaleUrl") });
const neighbours = Array.from({ length: NEIGHBOURS }, (_, n) => `plans-${n}`);

async function fill(table: string, columns: string, rows: unknown[][]): Promise<void> {
  const places = `(${rows[0]?.map(() => "?").join()})`;
  for (let from = 0; from < rows.length; from += 1_000) {
    const some = rows.slice(from, from + 1_000);
    await client().execute(
      `insert into ${table} (${columns}) values ${some.map(() => places).join()}`,
      some.flat(),
    );
  }
}

async function empty(): Promise<void> {
  for (const table of ["activities", "daily_usage", "challenge_days"]) {
    await client().execute(`delete from ${table} where user_id like 'plans-%'`);
  }
  await client().execute("delete from activities where id like 'plans-%'");
}

async function fillActivities(
  rows: { user_id: string; n: number; started_at: string }[],
): Promise<void> {
  await fill(
    "activities",
    "user_id, id, kind, app, client_app, category, device_id, date, started_at, ended_at, seconds, received_at, version",
    rows.map(({ user_id, n, started_at }) => [
      ...[user_id, `plans-${n}`, "interval", "x", "x.com", "social", "phone"],
      ...[started_at.slice(0, 10), started_at, started_at, 60, started_at, n],
    ]),
  );
}

const dayBefore = (days: number) =>
  new Date(Date.parse(NOW) - days * DAY_MS).toISOString().slice(0, 10);

/** Other people's rows: with none, every plan reads the whole table. */
beforeAll(async () => {
  await empty();
  const owned = neighbours.flatMap((user_id) =>
    Array.from({ length: ROWS_EACH }, (_, n) => ({ user_id, n, date: dayBefore(n % 30) })),
  );
  await fillActivities(
    owned.map(({ user_id, n, date }) => ({ user_id, n, started_at: `${date} 10:00:00` })),
  );
  await fill(
    "daily_usage",
    "user_id, date, scope, name, seconds, version",
    owned.map(({ user_id, n, date }) => [user_id, date, "app", `app${n}`, 60, n]),
  );
  await fill(
    "challenge_days",
    "challenge_id, user_id, date, seconds, reported, version",
    owned.map(({ user_id, n, date }) => [`plans-${n}`, user_id, date, 60, 1, n]),
  );
});

afterAll(empty);

/** The statements that leave for MySQL while `work` runs, as they are sent. */
async function statementsOf(work: () => Promise<void>): Promise<string[]> {
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
    await work();
  } finally {
    spy.mockRestore();
  }
  return [...statements];
}

/** Uses every way in which usage reads MySQL. */
async function drive(): Promise<void> {
  const clock = fixedClock(NOW);
  const ada = await signUp();
  await fillActivities(
    Array.from({ length: OLD_ROWS }, (_, n) => ({
      user_id: ada.id,
      n,
      started_at: `${dayBefore(40 + Math.floor(n / 3))} 1${n % 3}:00:00`,
    })),
  );
  const flush = async (user: TestUser) => {
    clock.advance(1_000);
    await doWhatIsDue(userStub(user));
  };
  const items = Array.from({ length: 300 }, (_, n) => ({
    app: ["com.instagram.android", "youtube.com", "com.example.reader"][n % 3],
    device_id: n % 2 === 0 ? "phone" : "tablet",
    started_at: new Date(Date.parse(NOW) - (n + 1) * (DAY_MS / 11)).toISOString(),
    duration_seconds: 600,
  }));
  const sent = await api(ada).post<{ receipts: { id: string }[] }>("/activities", { items });
  expect(sent.status).toBe(200);
  await flush(ada);

  const answer = await exports.default.fetch(new Request("http://localhost/openapi.json"));
  const { paths } = await answer.json<{ paths: Record<string, Record<string, object>> }>();
  const reads = Object.entries(paths)
    .filter(([, methods]) => "get" in methods)
    .map(([path]) => path.replace("/api", ""))
    .filter((path) => path.startsWith("/activities") || path in READS);
  for (const path of reads) {
    const ways = READS[path];
    if (!ways) throw new Error(`say in READS how ${path} is asked`);
    for (const query of ways) {
      expect((await api(ada).get(`${path}${query}`)).status, `${path}${query}`).toBe(200);
    }
  }
  const [first, second] = sent.body.receipts;
  expect((await api(ada).delete(`/activities/${first?.id}`)).status).toBe(204);
  await flush(ada);
  // Once the object has let go of everything, MySQL settles what is deleted.
  clock.advance(36 * DAY_MS);
  await flush(ada);
  const back = { ...ada, ...(await signIn(ada)) };
  expect((await api(back).delete(`/activities/${second?.id}`)).status).toBe(204);
}

describe("every statement of usage that looks something up", () => {
  it("finds it by an index", async () => {
    const statements = (await statementsOf(drive)).filter(
      (sql) =>
        /^\s*(select|update|delete)\b/i.test(sql) &&
        /\b(activities|daily_usage|challenge_days)\b/.test(sql),
    );
    await client().execute("analyze table activities, daily_usage, challenge_days");
    const plans = await Promise.all(
      statements.map(async (sql) => {
        const { rows } = await client().execute(`explain format=traditional ${sql}`);
        return { sql, steps: rows as Step[] };
      }),
    );
    const slow = plans.filter(({ steps }) =>
      steps.some(({ table, type, key }) => {
        // Without a table, the row was not even there to be read.
        if (table === null) return false;
        return type === "ALL" || type === "index" || key === null;
      }),
    );
    expect(slow).toEqual([]);

    for (const { what, statement, key, type, rows = Infinity } of EXPECTED) {
      const found = plans.filter(({ sql }) => statement.test(sql));
      expect(found.length, what).toBeGreaterThan(0);
      for (const { steps } of found) {
        expect(steps, what).toMatchObject([{ key, ...(type && { type }) }]);
        expect(steps[0]?.Extra ?? "", what).not.toContain("filesort");
        expect(Number(steps[0]?.rows), what).toBeLessThan(rows);
      }
    }
    for (const { sql, steps } of plans.filter((plan) => COUNTERS.statement.test(plan.sql))) {
      expect(steps[0], sql).toMatchObject({ key: COUNTERS.key });
    }
  });
});
