import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@planetscale/database";

const POLL_MS = 200;
const PATIENCE_MS = 10 * 60_000;

type Run = { job: string; error: string | null; ended_at: string | null };

/**
 * Fires a cron by its trigger's instant `at` (UTC ms), and waits until all its jobs have done their last page. Raises
 * an Error where one fails or takes more than ten minutes.
 */
export async function runJobs(
  { url, planetscale_url }: { url: string; planetscale_url: string },
  cron: string,
  at: number,
): Promise<void> {
  const query = new URLSearchParams({ cron, time: String(at) });
  await fetch(`${url}/cdn-cgi/handler/scheduled?${query.toString()}`);
  const database = new Client({ url: planetscale_url });
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await database.execute("select job, error, ended_at from job_runs");
    const runs = rows as Run[];
    const failed = runs.find(({ error }) => error !== null);
    if (failed) throw new Error(`the job ${failed.job} failed: ${failed.error}`);
    const open = runs.filter(({ ended_at }) => ended_at === null).map(({ job }) => job);
    if (runs.length > 0 && open.length === 0) return;
    if (Date.now() > until) throw new Error(`waited too long for ${open.join(", ")}`);
    await pause(POLL_MS);
  }
}
