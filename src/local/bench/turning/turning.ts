import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@planetscale/database";
import { dayRuleOf } from "../rows.ts";
import { insertRows } from "../seed.ts";
import { endingsOf, type Endings, type Result } from "./ends.ts";

const CRON = "*/15 * * * *";
const WINDOW_MS = 15 * 60_000;
const POLL_MS = 200;
const STANDSTILL_MS = 30_000;
const RESULT_PREFIX = "challenge-result/";

/** Many challenges that end at once, in a stack's database. */
export class Turning {
  readonly endings: Endings;
  readonly #url: string;
  readonly #database: Client;
  #window: number;

  /** Puts `count` challenges of so many `participants` each into MySQL, all due to end. */
  static async begin(
    where: { url: string; planetscale_url: string },
    count: number,
    participants: number,
    hash: string,
  ): Promise<Turning> {
    const now = Date.now();
    const turning = new Turning(where, endingsOf(count, participants, now, hash), now);
    const { accounts, challenges } = turning.endings;
    const database = turning.#database;
    await insertRows(
      database,
      "users",
      accounts.map(({ row }) => row),
    );
    await insertRows(database, "user_day_rules", accounts.map(dayRuleOf));
    await insertRows(
      database,
      "challenge_participants",
      challenges.flatMap(({ parts }) => parts),
    );
    await insertRows(
      database,
      "challenge_days",
      challenges.flatMap(({ days }) => days),
    );
    await insertRows(
      database,
      "challenges",
      challenges.map(({ row }) => row),
    );
    return turning;
  }

  private constructor(
    where: { url: string; planetscale_url: string },
    endings: Endings,
    now: number,
  ) {
    this.endings = endings;
    this.#url = where.url;
    this.#database = new Client({ url: where.planetscale_url });
    this.#window = Math.floor(now / WINDOW_MS) * WINDOW_MS;
  }

  /** Fires the cron of the next window; resolves when its invocation is over, whether or not it was killed. */
  async fire(): Promise<void> {
    const query = new URLSearchParams({ cron: CRON, time: String(this.#window) });
    this.#window += WINDOW_MS;
    await fetch(`${this.#url}/cdn-cgi/handler/scheduled?${query.toString()}`).catch(() => null);
  }

  /** Waits until so many of the challenges are final. */
  async untilFinal(wanted: number, patience_ms: number): Promise<void> {
    await this.#until(patience_ms, `${wanted} challenges to be final`, async () => {
      const sql = "select count(*) as n from challenges where status = 'final'";
      return (await this.#countOf(sql)) >= wanted;
    });
  }

  /**
   * Waits until all results are mailed: queued, and sent. Where none moves any more, the next cron comes:
   * it wakes the mails whose insertion was answered too late for anybody to hear.
   */
  async untilMailed(patience_ms: number): Promise<void> {
    const sql =
      "select count(*) as n from emails where status = 'sent' and kind = 'challenge-result'";
    let sent = 0;
    let moved_at = Date.now();
    await this.#until(patience_ms, "all mails to be sent", async () => {
      const now_sent = await this.#countOf(sql);
      if (now_sent !== sent) moved_at = Date.now();
      sent = now_sent;
      if (sent >= this.endings.mailed.size) return true;
      if (Date.now() - moved_at < STANDSTILL_MS) return false;
      await this.fire();
      moved_at = Date.now();
      return false;
    });
  }

  /** By how many pages the runs of the cron went, so far. */
  async pages(): Promise<number> {
    return await this.#countOf(
      "select sum(pages) as n from job_runs where job = 'turn_challenges'",
    );
  }

  /** What differs from the perfect run, by how often; nothing where all is as it must be. */
  async differences(): Promise<Record<string, number>> {
    const { challenges, mailed } = this.endings;
    const wrong: Record<string, number> = {};
    const note = (what: string, times: number) => {
      if (times > 0) wrong[what] = (wrong[what] ?? 0) + times;
    };
    for (const { id, results } of challenges) {
      const stored = new Map((await this.#resultsOf(id)).map((line) => [line.user_id, line]));
      note("result too many", Math.max(0, stored.size - results.length));
      note("result missing or wrong", results.filter((line) => !isSame(line, stored)).length);
    }
    const queued = new Set<string>();
    for (const key of await this.#queuedKeys()) {
      note("mail queued twice", queued.has(key) ? 1 : 0);
      queued.add(key);
    }
    note("mail missing", [...mailed].filter((key) => !queued.has(key)).length);
    note("mail to who wants none", [...queued].filter((key) => !mailed.has(key)).length);
    return wrong;
  }

  async #resultsOf(challenge_id: string): Promise<Result[]> {
    const { rows } = await this.#database.execute(
      "select user_id, final_rank, score, won from challenge_results where challenge_id = ?",
      [challenge_id],
    );
    return (rows as Record<string, unknown>[]).map(({ user_id, final_rank, score, won }) => ({
      user_id: String(user_id),
      rank: Number(final_rank),
      score: Number(score),
      won: Number(won) === 1,
    }));
  }

  /** The challenge and user of every result mail in the outbox. */
  async #queuedKeys(): Promise<string[]> {
    const keys: string[] = [];
    for (let after = ""; ;) {
      const { rows } = await this.#database.execute(
        "select id, dedupe_key from emails where kind = 'challenge-result' and id > ? order by id limit 5000",
        [after],
      );
      const page = rows as { id: string; dedupe_key: string }[];
      for (const { dedupe_key } of page) keys.push(dedupe_key.slice(RESULT_PREFIX.length));
      const last = page.at(-1);
      if (!last) return keys;
      after = last.id;
    }
  }

  async #countOf(sql: string): Promise<number> {
    const { rows } = await this.#database.execute(sql);
    return Number((rows as { n: string | null }[])[0]?.n ?? 0);
  }

  /** How far all of it has come, in words. */
  async #standing(): Promise<string> {
    const { rows: statuses } = await this.#database.execute(
      "select status, count(*) as n from challenges group by status",
    );
    const { rows: runs } = await this.#database.execute(
      "select window_start, ended_at, pages, counts, error from job_runs where job = 'turn_challenges'",
    );
    return JSON.stringify({ statuses, runs });
  }

  async #until(patience_ms: number, what: string, isDone: () => Promise<boolean>): Promise<void> {
    const until = Date.now() + patience_ms;
    while (!(await isDone())) {
      if (Date.now() > until)
        throw new Error(`waited too long for ${what}: ${await this.#standing()}`);
      await pause(POLL_MS);
    }
  }
}

function isSame(line: Result, stored: Map<string, Result>): boolean {
  const found = stored.get(line.user_id);
  return found?.rank === line.rank && found.score === line.score && found.won === line.won;
}
