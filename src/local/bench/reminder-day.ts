import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@planetscale/database";
import { mailCounts } from "./mail-sink.ts";
import {
  dayRulesOf,
  nextMidnight,
  outOfPlace,
  readersOf,
  WINDOW_MS,
  WINDOWS_A_DAY,
  type Reader,
} from "./readers.ts";
import type { ReminderResult, WindowResult } from "./results.ts";
import { insertRows } from "./seed.ts";

const CRON = "*/15 * * * *";
const JOB = "send_reminders";
const POLL_MS = 50;
/** Mails are written and sent beside the windows; after the last one they get this long, in ms. */
const PATIENCE_MS = 20 * 60_000;

type Where = { url: string; planetscale_url: string; mail_host: string };
type Tell = (words: string) => void;

/**
 * Plays one whole day of reminders for `count` readers in all zones: every window's run in turn, each
 * by its trigger's instant, while the mails are sent. Gives what each window took, and what went wrong
 * by how often: readers who got no mail, more than one, or one at another window than theirs.
 */
export async function playReminderDay(
  where: Where,
  count: number,
  tell: Tell,
): Promise<ReminderResult> {
  const now = Date.now();
  const midnight = nextMidnight(now);
  const database = new Client({ url: where.planetscale_url });
  tell(`making ${count} readers in all zones`);
  const readers = readersOf(count, midnight, now, "no password");
  await insertRows(
    database,
    "users",
    readers.map(({ rows }) => rows.user),
  );
  await insertRows(database, "user_day_rules", dayRulesOf(readers));
  await insertRows(
    database,
    "daily_usage",
    readers.flatMap(({ rows }) => rows.usage),
  );

  tell("reckoning when each is due");
  const armed = await runWindow(where.url, database, midnight - WINDOW_MS);
  const windows: WindowResult[] = [];
  for (let n = 0; n < WINDOWS_A_DAY; n += 1) {
    windows.push(await runWindow(where.url, database, midnight + n * WINDOW_MS));
    if (n % 8 === 7) tell(`windows done: ${n + 1} of ${WINDOWS_A_DAY}`);
  }
  tell("waiting for the last mails to be sent");
  await allSent(database);
  const seconds = (Date.now() - now) / 1_000;
  const { failures, other_zones } = await judged(readers, database, where.mail_host);
  if (other_zones.length > 0) {
    tell(`zones that workerd knows by other rules than this Node: ${other_zones.join(", ")}`);
  }
  const title = `Reminders of ${count} readers, one day`;
  return { title, readers: count, seconds, armed, windows, failures, faults: {} };
}

/** Fires the cron of a window and waits until its run is over. */
async function runWindow(url: string, database: Client, window: number): Promise<WindowResult> {
  const query = new URLSearchParams({ cron: CRON, time: String(window) });
  await fetch(`${url}/cdn-cgi/handler/scheduled?${query.toString()}`);
  for (;;) {
    const { rows } = await database.execute(
      "select started_at, ended_at, pages, counts, error from job_runs where job = ? and window_start = ?",
      [JOB, stored(window)],
    );
    const [run] = rows as Run[];
    if (run?.error) throw new Error(`the reminders of a window failed: ${run.error}`);
    if (run?.ended_at) {
      const counts = (
        typeof run.counts === "string" ? JSON.parse(run.counts) : run.counts
      ) as Record<string, number>;
      const ms = read(run.ended_at) - read(run.started_at);
      return { at: window, mailed: counts["mailed"] ?? 0, pages: Number(run.pages), ms };
    }
    await pause(POLL_MS);
  }
}

type Run = {
  started_at: string;
  ended_at: string | null;
  pages: string | number;
  counts: string | object;
  error: string | null;
};

async function allSent(database: Client): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const { rows } = await database.execute(
      "select count(*) as waiting from emails where status = 'waiting'",
    );
    if (Number((rows as { waiting: string }[])[0]?.waiting) === 0) return;
    await pause(500);
  }
}

async function judged(
  readers: readonly Reader[],
  database: Client,
  mail_host: string,
): Promise<{ failures: Record<string, number>; other_zones: string[] }> {
  const received = await mailCounts(mail_host, "daily-reminder");
  const queued = await queuedWindows(database);
  const failures: Record<string, number> = {};
  const note = (what: string) => (failures[what] = (failures[what] ?? 0) + 1);
  for (const { account } of readers) {
    const mails = received.get(account.email) ?? 0;
    if (mails === 0) note("reader without a mail");
    if (mails > 1) note("reader with more than one mail");
  }
  const { readers: misplaced, other_zones } = outOfPlace(readers, queued);
  if (misplaced > 0) failures["mail at another window"] = misplaced;
  return { failures, other_zones };
}

/** In which window each reader's mail was queued, read by pages. */
async function queuedWindows(database: Client): Promise<Map<string, number>> {
  const windows = new Map<string, number>();
  for (let after = ""; ;) {
    const { rows } = await database.execute(
      "select id, user_id, created_at from emails where kind = 'daily-reminder' and id > ? order by id limit 5000",
      [after],
    );
    const page = rows as { id: string; user_id: string; created_at: string }[];
    for (const { user_id, created_at } of page) windows.set(user_id, read(created_at));
    const last = page.at(-1);
    if (!last) return windows;
    after = last.id;
  }
}

function stored(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace("T", " ");
}

function read(text: string): number {
  return Date.parse(`${text.replace(" ", "T")}Z`);
}
