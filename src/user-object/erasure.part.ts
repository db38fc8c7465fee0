import { clock } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import type { DueJobs } from "../platform/objects/due-jobs.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import type { ErasureRow } from "../users/index.ts";

/**
 * What was under way at the deletion may still write: a request for 5 s, a statement that was given up
 * for the 30 s that PlanetScale lets it run. All is erased at once, and once more after that.
 */
export const SETTLED_AFTER_MS = 40 * SECOND_MS;
const CHALLENGES = "erasing_challenges";
/** The platform's own tables, the schema's bookkeeping, and the job that asks. */
const NO_CONTENT = /^(_cf_|sqlite_|_schema$|jobs$)/;

/** The steps of an erasure that are use cases of their own; each may be repeated. */
export type ErasureSteps = {
  /** The erasure that is not complete yet; null where there is none. */
  erasureOf(ctx: Context, user_id: string): Promise<ErasureRow | null>;
  /** The challenges in which MySQL holds anything of somebody. */
  challengesOf(ctx: Context, user_id: string): Promise<string[]>;
  /** Erases all but the account's blank row, also from these challenges. */
  eraseTraces(ctx: Context, erasure: ErasureRow, challenge_ids: readonly string[]): Promise<void>;
  /** Deletes the account's row and takes the erasure off the list. */
  concludeErasure(ctx: Context, erasure: ErasureRow): Promise<void>;
};

type Parts = {
  storage: DurableObjectStorage;
  steps: ErasureSteps;
  /** Has the kind `erase`, which calls `run`. */
  jobs: () => DueJobs;
  /** A context for one piece of work, with a deadline of its own. */
  work: () => Context;
  /** Closes whatever the person's sessions are watching. */
  endViews: () => Promise<void>;
  /** Called before the object's storage is deleted: from here on nothing may write to it. */
  onEnd: () => void;
};

/** The end of a person's object: erases them everywhere else, and the object's own storage last. */
export class Erasure {
  private readonly parts: Parts;
  private over = false;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Says whether nothing is left in the object, nor may ever be: ids are not given twice. */
  get isOver(): boolean {
    return this.over;
  }

  /** MySQL knows of no such account, or no longer: finds out which, and does what follows. */
  begin(user_id: string): void {
    this.parts.jobs().schedule("erase", clock.now(), user_id);
  }

  /** The job's body; throwing means "again later". `now` is the instant at which this pass begins. */
  async run(user_id: string, now: Instant): Promise<void> {
    if (this.over) return;
    const { storage, steps, jobs, work, endViews } = this.parts;
    const ctx = work();
    const erasure = await steps.erasureOf(ctx, user_id);
    if (erasure === null) {
      // Only proof lets an object go that holds something: a database without its rows is none.
      if (this.hasErased() || this.isEmpty()) await this.end();
      return;
    }
    await endViews();
    // Kept here as well: once MySQL forgets that somebody took part, the board must still be told.
    const known = storage.kv.get<string[]>(CHALLENGES) ?? [];
    const challenge_ids = [...new Set([...known, ...(await steps.challengesOf(ctx, user_id))])];
    storage.kv.put(CHALLENGES, challenge_ids);
    await steps.eraseTraces(ctx, erasure, challenge_ids);
    const settled_at = erasure.started_at + SETTLED_AFTER_MS;
    if (now < settled_at) {
      jobs().schedule("erase", settled_at, user_id);
      return;
    }
    await steps.concludeErasure(ctx, erasure);
    await this.end();
  }

  /** Leaves nothing in the object: no row, no alarm, no table. Last of all, since the job stands in it. */
  private async end(): Promise<void> {
    this.over = true;
    this.parts.onEnd();
    await this.parts.storage.deleteAll();
  }

  private hasErased(): boolean {
    return this.parts.storage.kv.get(CHALLENGES) !== undefined;
  }

  /** An old token of an erased account wakes its object once more: that must not keep tables for ever. */
  private isEmpty(): boolean {
    const { storage } = this.parts;
    if ([...storage.kv.list({ limit: 1 })].length > 0) return false;
    const tables = storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .toArray()
      .filter(({ name }) => !NO_CONTENT.test(name));
    return tables.every(
      ({ name }) => storage.sql.exec(`SELECT 1 FROM "${name}" LIMIT 1`).toArray().length === 0,
    );
  }
}
