import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Client } from "@planetscale/database";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { api, signIn, type TestUser } from "../testing/api.ts";
import { signUpAdmin } from "../testing/admins.ts";
import { addLogs, emptyAudit, logAt } from "../testing/audit.ts";
import { jobContext } from "../platform/context.ts";
import { encodeCursor } from "../platform/http/schemas.ts";
import { newId } from "../platform/ids.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { countLogs } from "./archive.jobs.ts";
import { ACTIONS, type Action } from "./actions.ts";
import { soon } from "../testing/until.ts";

restoreClockAfterEach();

/** Enough that to read them all would be the dearest plan. */
const ROWS = 20_000;
const DAY_MS = 86_400_000;
const START = Date.parse("2030-01-01T00:00:00Z");
const person = (n: number) => `01957f00-0000-7000-8000-${String(n).padStart(12, "0")}`;
const names = Object.keys(ACTIONS) as Action[];

/** How the log is asked, and the indexes that must serve it, one a range. */
const READS: Record<string, string[]> = {
  "": ["PRIMARY"],
  "from=2030-01-10&to=2030-01-20": ["PRIMARY"],
  "level=error": ["audit_logs_level"],
  "level=info&from=2030-01-10&to=2030-01-20": ["audit_logs_level"],
  "action=auth.token_reused": ["audit_logs_action"],
  "action=auth.token_reused&level=error&from=2030-01-10": ["audit_logs_action"],
  [`user_id=${person(7)}`]: ["audit_logs_user", "audit_logs_actor"],
  [`user_id=${person(7)}&level=warning&to=2030-01-20`]: ["audit_logs_user", "audit_logs_actor"],
  [`user_id=${person(7)}&action=users.changed`]: ["audit_logs_user", "audit_logs_actor"],
  [`q=${person(7)}`]: ["audit_logs_user", "audit_logs_actor", "audit_logs_request"],
  [`q=${person(7)}&user_id=${person(8)}`]: [
    "audit_logs_user",
    "audit_logs_actor",
    "audit_logs_request",
  ],
  "q=192.0.2.7": ["audit_logs_ip"],
  "q=192.0.2.7&level=info": ["audit_logs_ip"],
  [`q=192.0.2.7&user_id=${person(8)}`]: ["audit_logs_ip"],
  [`q=192.0.2.7&action=users.changed`]: ["audit_logs_ip"],
  "q=request-0007": ["audit_logs_request"],
  "q=admin.": names.filter((name) => name.includes("admin.")).map(() => "audit_logs_action"),
  "q=a": names.filter((name) => name.includes("a")).map(() => "audit_logs_action"),
};

/** An address or a person may have done a great deal. */
const BUSY = new Set<string | null>(["audit_logs_user", "audit_logs_actor", "audit_logs_ip"]);

type Step = { table: string | null; type: string; key: string | null; Extra: string | null };
const client = () => new Client({ url: inject("planetscaleUrl") });

let admin: TestUser;
beforeAll(async () => {
  await emptyAudit();
  admin = await signUpAdmin();
  await addLogs(
    Array.from({ length: ROWS }, (_, n) =>
      logAt(START + n * ((60 * DAY_MS) / ROWS), names[n % names.length], {
        user_id: person(n % 200),
        actor_id: n % 3 === 0 ? person(n % 190) : null,
        ip: `192.0.2.${n % 250}`,
        request_id: `request-${String(n % 5_000).padStart(4, "0")}`,
      }),
    ),
  );
  await client().execute("analyze table audit_logs");
});
afterAll(emptyAudit);

/** The statements that leave for MySQL while a path is asked for, as they are sent. */
async function statementsOf(path: string): Promise<string[]> {
  const statements: string[] = [];
  const real = globalThis.fetch;
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const body = init?.body;
    if (typeof body === "string" && body.startsWith('{"query"'))
      statements.push((JSON.parse(body) as { query: string }).query);
    return await real(input, init);
  });
  try {
    expect((await api(admin).get(path)).status).toBe(200);
  } finally {
    spy.mockRestore();
  }
  return statements;
}

/** The one statement that asks for a page of the log. */
async function statementOf(query: string): Promise<string> {
  const statements = await statementsOf(`/admin/logs?${query}`);
  const ours = statements.filter((sql) => /^select .* join `audit_logs`/i.test(sql));
  expect(ours, query).toHaveLength(1);
  return ours[0] ?? "";
}

describe("every way to search the log", () => {
  it.each(Object.entries(READS))("?%s is one statement on its indexes", async (query, keys) => {
    for (const more of ["", "&cursor=" + encodeCursor([newId(START + 25 * DAY_MS)])]) {
      const { rows } = await client().execute(
        `explain format=traditional ${await statementOf(query + more)}`,
      );
      const all = (rows as Step[]).filter(({ table }) => table === "audit_logs");
      // The few that were found are fetched one by one, by their ids.
      const steps = all.filter(({ type }) => type !== "eq_ref");
      expect(all.filter(({ type }) => type === "eq_ref")).toMatchObject([{ key: "PRIMARY" }]);
      expect(steps.map(({ key }) => key)).toEqual(keys);
      for (const { type, key, Extra } of steps) {
        // What does not fit is passed over without its row, where it may be most.
        if (BUSY.has(key)) expect(Extra).toMatch(/Using index(?! condition)/);
        expect(["range", "ref", "index"]).toContain(type);
        // The whole of an index only from its end, which a limit cuts off.
        if (type === "index") expect([query, keys]).toEqual(["", ["PRIMARY"]]);
        expect(Extra ?? "").not.toContain("filesort");
      }
    }
  });
});

describe("the figures of the log", () => {
  it("read counts and the newest stretch of the log alone, whatever the log holds", async () => {
    // Of the last acts, so that a count of what came since has something to find.
    fixedClock(START + 60 * DAY_MS);
    for (let after: string | null = null; ;) {
      const ctx = jobContext(env, createExecutionContext(), "count_logs", START + 60 * DAY_MS);
      after = (await countLogs(ctx, after)).next_after;
      if (after === null) break;
    }
    await client().execute("analyze table audit_counts");
    admin = { ...admin, ...(await signIn(admin)) };
    // What works for other tests behind them may ask in between: until nobody does.
    const statements = await soon(async () => {
      const asked = (await statementsOf("/admin/logs/stats")).filter((sql) =>
        /^select\b.* from `audit_(logs|counts)`/is.test(sql),
      );
      if (asked.length === 6) return asked;
      // An administrator has a hundred requests a minute.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      throw new Error(`${asked.length} look-ups, not 6:\n${asked.join("\n")}`);
    });
    for (const sql of statements) {
      const { rows } = await client().execute(`explain format=traditional ${sql}`);
      const [step] = rows as (Step & { rows: string | null })[];
      // Without a table, the end of an index was all that had to be read.
      if (!step || step.table === null) continue;
      expect([sql, step.key]).toEqual([sql, "PRIMARY"]);
      expect(["range", "ref", "index"]).toContain(step.type);
      if (sql.includes("`audit_logs`")) expect(Number(step.rows)).toBeLessThan(1_000);
    }
    // Sixty days are sixty pages.
  }, 180_000);
});
