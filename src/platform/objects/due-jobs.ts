import { clock, platformInstant } from "../clock.ts";
import { logFault } from "../log.ts";
import type { Instant } from "../time/instant.ts";
import { migrateSchema } from "./schema.ts";

/** Does what is due; throwing, or a promise that rejects, means "again later". */
export type JobHandler = (key: string, now: Instant) => void | Promise<void>;
/** The same for what waits for nobody and must be on time, whoever else is being waited for. */
export type PromptHandler = (key: string, now: Instant) => void;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 4_000;
/** A job under way is due again after this, should the object die under it. */
const LEASE_MS = 10_000;
/** While one job is waited for, how often it is looked whether a prompt one has become due. */
const PROMPT_EVERY_MS = 200;

const steps = [
  `CREATE TABLE jobs (
     kind TEXT NOT NULL, key TEXT NOT NULL, due_at INTEGER NOT NULL, leased INTEGER NOT NULL DEFAULT 0,
     failures INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, key)
   ) WITHOUT ROWID`,
];

type JobRow = { kind: string; key: string; failures: number };

/**
 * Many jobs on the one alarm an object has. A job is known by (kind, key) and is due once, however
 * often it was scheduled. It leaves the list only when it is done: one that fails, or whose object
 * dies under it, is due again. The alarm never throws, so the platform's six retries are never used up.
 * No alarm fires while one is running, so prompt jobs are also done in between by the one that waits.
 */
export class DueJobs {
  private readonly storage: DurableObjectStorage;
  private readonly handlers: Readonly<Record<string, JobHandler>>;
  private readonly prompt: Readonly<Record<string, PromptHandler>>;
  private armed: Instant | null | undefined;
  private stopped = false;

  constructor(
    storage: DurableObjectStorage,
    handlers: Readonly<Record<string, JobHandler>>,
    prompt: Readonly<Record<string, PromptHandler>> = {},
  ) {
    this.storage = storage;
    this.handlers = handlers;
    this.prompt = prompt;
    migrateSchema(storage, "jobs", steps);
    // Whoever held a lease is gone, or this object would not be starting.
    const abandoned = "UPDATE jobs SET leased = 0, due_at = ? WHERE leased = 1";
    if (storage.sql.exec(abandoned, clock.now()).rowsWritten > 0) this.arm();
  }

  /** Schedules (kind, key) for the instant `due_at`; an earlier date that already stands is kept. */
  schedule(kind: string, due_at: Instant, key = ""): void {
    if (this.stopped) return;
    this.storage.sql.exec(
      `INSERT INTO jobs (kind, key, due_at) VALUES (?, ?, ?)
       ON CONFLICT (kind, key) DO UPDATE SET leased = 0,
         due_at = CASE WHEN leased = 1 THEN excluded.due_at ELSE min(due_at, excluded.due_at) END`,
      kind,
      key,
      due_at,
    );
    if (this.armed === undefined || this.armed === null || due_at < this.armed) this.arm();
  }

  /** Takes (kind, key) off the list. */
  cancel(kind: string, key = ""): void {
    if (this.stopped) return;
    this.storage.sql.exec("DELETE FROM jobs WHERE kind = ? AND key = ?", kind, key);
  }

  /** Ends all of it for good: the object's storage is being deleted, and nothing may write to it again. */
  stop(): void {
    this.stopped = true;
  }

  /** The body of the object's alarm: runs what is due by the clock, and arms the alarm for the rest. */
  async run(): Promise<void> {
    this.runPrompt();
    for (const job of this.due().filter(({ kind }) => !(kind in this.prompt))) {
      if (this.stopped) return;
      // Whoever was waited for may have taken it back, or put it off.
      if (!this.lease(job)) continue;
      // Those before it may have taken long: each goes by the clock as it begins.
      const now = clock.now();
      const ticking = setInterval(() => this.runPrompt(), PROMPT_EVERY_MS);
      try {
        await this.handlers[job.kind]?.(job.key, now);
        this.finish(job);
      } catch (error) {
        this.retry(job, error);
      } finally {
        clearInterval(ticking);
      }
    }
    if (!this.stopped) this.arm();
  }

  private runPrompt(): void {
    for (const job of this.due().filter(({ kind }) => kind in this.prompt)) {
      if (!this.lease(job)) continue;
      try {
        this.prompt[job.kind]?.(job.key, clock.now());
        this.finish(job);
      } catch (error) {
        this.retry(job, error);
      }
    }
  }

  private due(): JobRow[] {
    // An alarm that was on its way already still comes to the object that has just ended.
    if (this.stopped) return [];
    const find = "SELECT kind, key, failures FROM jobs WHERE due_at <= ? ORDER BY due_at";
    return this.storage.sql.exec<JobRow>(find, clock.now()).toArray();
  }

  /** Marks a job as under way; says whether it still stands and is due. */
  private lease({ kind, key }: JobRow): boolean {
    const now = clock.now();
    const lease =
      "UPDATE jobs SET leased = 1, due_at = ? WHERE kind = ? AND key = ? AND due_at <= ?";
    if (this.storage.sql.exec(lease, now + LEASE_MS, kind, key, now).rowsWritten === 0)
      return false;
    this.arm();
    return true;
  }

  /** A job that was scheduled anew while it ran stays, for its new date. */
  private finish({ kind, key }: JobRow): void {
    if (this.stopped) return;
    this.storage.sql.exec("DELETE FROM jobs WHERE kind = ? AND key = ? AND leased = 1", kind, key);
    this.storage.sql.exec("UPDATE jobs SET failures = 0 WHERE kind = ? AND key = ?", kind, key);
  }

  private retry({ kind, key, failures }: JobRow, error: unknown): void {
    logFault("object_job_failed", error, { kind, failures: failures + 1 });
    if (this.stopped) return;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
    const again = "UPDATE jobs SET leased = 0, due_at = ?, failures = ? WHERE kind = ? AND key = ?";
    this.storage.sql.exec(again, clock.now() + pause, failures + 1, kind, key);
  }

  private arm(): void {
    const next = this.storage.sql
      .exec<{ due: number | null }>("SELECT min(due_at) AS due FROM jobs")
      .one().due;
    this.armed = next;
    // Not awaited: the write belongs to the same turn and is confirmed with it by the output gate.
    if (next === null) void this.storage.deleteAlarm();
    else void this.storage.setAlarm(platformInstant(next));
  }
}
