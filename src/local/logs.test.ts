import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@planetscale/database";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listen } from "./http.ts";
import { bucketOf, localArchive } from "./logs/archive.ts";
import type { Entry } from "./logs/entry.ts";
import { readOptions } from "./logs/options.ts";
import { printLogs } from "./logs.ts";
import { freePort } from "./ports.ts";
import { announceStack } from "./running-stack.ts";
import type { Stack } from "./stack.ts";
import { startStack } from "./stack.ts";

const DAY_MS = 86_400_000;
const ADA = "01957f00-0000-7000-8000-00000000000a";
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;

let folder: string;
let stack: Stack;
let ids: string[];

/** An id of an act of so many days ago. */
function idOf(days: number, n: number): string {
  const hex = (TODAY - days * DAY_MS + n).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(n).padStart(12, "0")}`;
}

/** Acts of many days, most of them in the archive of a stack that runs: its own nightly job put them there. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-logs-"));
  stack = await startStack({
    folder,
    port: await freePort(),
    mail_port: 0,
    durable: false,
    log: () => undefined,
  });
  await announceStack(folder, {
    pid: process.pid,
    api_url: stack.api_url,
    mail_url: stack.mail_url,
    docs_url: stack.docs_url,
    planetscale_url: stack.planetscale.url,
  });
  const client = new Client({ url: stack.planetscale.url });
  const days = [400, 399, 120, 95, 60, 1];
  ids = days.flatMap((day) => Array.from({ length: 300 }, (_, n) => idOf(day, n)));
  for (const [at, day] of days.entries()) {
    const rows = ids.slice(at * 300, at * 300 + 300).map((id, n) => {
      const created_at = new Date(TODAY - day * DAY_MS + n)
        .toISOString()
        .slice(0, -1)
        .replace("T", " ");
      const isAda = n === 7 && day !== 399;
      return [
        id,
        "info",
        n % 2 === 0 ? "users.changed" : "auth.logged_in",
        isAda ? ADA : null,
      ].concat([JSON.stringify({ n }), JSON.stringify({ display_name: "Ada 📱" }), created_at]);
    });
    await client.execute(
      `insert into audit_logs (id, level, action, user_id, context, personal, created_at)
       values ${rows.map(() => "(?,?,?,?,?,?,?)").join()}`,
      rows.flat(),
    );
  }
  const cron = `${stack.api_url}/cdn-cgi/handler/scheduled?cron=17+3+*+*+*&time=${Date.now()}`;
  await fetch(cron);
  await vi.waitFor(
    async () => {
      const old = await client.execute("select id from audit_logs where id < ?", [idOf(91, 0)]);
      if (old.size > 0) throw new Error(`${old.size} acts are not in the archive yet`);
    },
    { timeout: 30_000, interval: 250 },
  );
}, 120_000);

afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function printed(...args: string[]): Promise<{ entries: Entry[]; told: string[] }> {
  const options = readOptions(args);
  if (!options) throw new Error("no options");
  const lines: string[] = [];
  const told: string[] = [];
  const print = async (line: string) => await Promise.resolve(void lines.push(line));
  await printLogs(options, folder, print, (line) => told.push(line));
  return { entries: lines.map((line) => JSON.parse(line) as Entry), told };
}
const from = (days: number) => new Date(TODAY - days * DAY_MS).toISOString().slice(0, 10);

test("the archive and MySQL come in one order, each act once, while the stack runs", async () => {
  const { entries, told } = await printed("--from", from(500), "--to", from(1));
  expect(entries.map(({ id }) => id)).toEqual(ids);
  expect(told.at(-1)).toBe("1800 entries, 4 parts of the archive read");
  expect(entries[7]).toEqual({
    id: ids[7],
    level: "info",
    action: "auth.logged_in",
    user_id: ADA,
    actor_id: null,
    ip: null,
    user_agent: null,
    request_id: null,
    context: { n: 7, display_name: "Ada 📱" },
    created_at: new Date(TODAY - 400 * DAY_MS + 7).toISOString(),
  });
  // The same words, wherever it stands.
  const { created_at: _then, id: _id, ...archived } = entries[9] ?? {};
  const { created_at: _now, id: _other, ...kept } = entries.at(9 - 300) ?? {};
  expect(archived).toEqual(kept);
});

test("an act that stands in both, since the job was cut off, is printed once", async () => {
  const client = new Client({ url: stack.planetscale.url });
  await client.execute(
    `insert into audit_logs (id, level, action, context, created_at)
     values (?, 'info', 'auth.logged_in', '{}', '2026-01-01')`,
    [ids[650]],
  );
  const { entries } = await printed("--from", from(130), "--to", from(100));
  expect(entries.map(({ id }) => id)).toEqual(ids.slice(600, 900));
  await client.execute("delete from audit_logs where id = ?", [ids[650]]);
});

test("only what was asked for is printed, and only the parts with it are read", async () => {
  const { entries, told } = await printed("--from", from(500), "--to", from(1), "--user", ADA);
  expect(entries.map(({ id }) => id)).toEqual([0, 2, 3, 4, 5].map((day) => ids[day * 300 + 7]));
  expect(told.filter((line) => line.startsWith("reading"))).toHaveLength(3);
  const changed = await printed("--from", from(95), "--to", from(95), "--action", "users.changed");
  expect(changed.entries).toHaveLength(150);
  expect(
    (await printed("--from", from(400), "--to", from(60), "--level", "error")).entries,
  ).toEqual([]);
});

/** Runs the command as an operator does, against a stand-in of Cloudflare's API. */
async function runRemotely(apiUrl: string): Promise<{ stdout: string; stderr: string }> {
  const args = ["src/local/logs.ts", "--env", "staging", "--from", from(120), "--to", from(60)];
  const run = promisify(execFile);
  return await run(process.execPath, args, {
    cwd: join(import.meta.dirname, "../.."),
    env: {
      ...process.env,
      PLANETSCALE_URL: stack.planetscale.url,
      CLOUDFLARE_API_BASE_URL: apiUrl,
      CLOUDFLARE_API_TOKEN: "a-token",
      CLOUDFLARE_ACCOUNT_ID: "an-account",
      WRANGLER_SEND_METRICS: "false",
    },
    maxBuffer: 2 ** 24,
  });
}

test("a deployment's archive comes through wrangler", async () => {
  const archive = await localArchive(join(folder, "state"), "focus-files");
  const asked: string[] = [];
  const api = await listen(0, (request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    asked.push(`${request.headers.authorization} ${path}`);
    const name = path.split("/buckets/focus-files-staging/objects/")[1] ?? "";
    void archive.read(name).then((bytes) => {
      response.writeHead(bytes ? 200 : 404).end(bytes);
    });
  });
  try {
    const { stdout, stderr } = await runRemotely(`http://127.0.0.1:${api.port}/client/v4`);
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Entry).id)).toEqual(ids.slice(600, 1_500));
    expect(stderr).toContain("900 entries, 2 parts of the archive read");
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatch(
      /^Bearer a-token \/client\/v4\/accounts\/an-account\/r2\/.*\.ndjson\.gz$/,
    );
  } finally {
    await api.stop();
    await archive.close();
  }
}, 120_000);

test("what is missing is said in words", async () => {
  const nowhere = { folder: join(folder, "nothing-here") };
  const options = readOptions(["--from", from(1)]);
  if (!options) throw new Error("no options");
  const nothing = async () => await Promise.resolve();
  const run = async (env: string | null) =>
    await printLogs({ ...options, env }, nowhere.folder, nothing, () => undefined);
  await expect(run(null)).rejects.toThrow("No stack runs here");
  await expect(run("staging")).rejects.toThrow("--env staging needs PLANETSCALE_URL");
  await expect(bucketOf("nowhere")).rejects.toThrow("wrangler.toml has no environment nowhere.");
  expect(await bucketOf("production")).toBe("focus-files-production");
});
