import { clock } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import type { DueJobs } from "../platform/objects/due-jobs.ts";
import type { Instant } from "../platform/time/instant.ts";
import { tellUser } from "../users/index.ts";
import type { Entry } from "./board-entry.ts";
import { dropDays, dropResults, saveResults } from "./board.store.ts";
import type { Facts } from "./facts.part.ts";
import type { Challenge, Status } from "./lifecycle.ts";
import { pageWithAccountRules, saveDayRules } from "./participants.store.ts";
import type { Standings } from "./standings.part.ts";

/** How many lines are written, mailed or read in one go. */
const RESULTS_PAGE = 500;
const MAILS_PAGE = 200;
const RULES_PAGE = 1_000;
const RESULTS_WRITTEN = "results_written";
const MAILS_QUEUED = "mails_queued";
const CANCELLED_UNTIL = "cancelled_until";

/** The lines of a final board whose people are to be told. */
export type ResultsToMail = { total: number; podium: Entry[]; entries: Entry[] };

/** The steps of a turn that are use cases of their own; each may be repeated. */
export type TurnSteps = {
  /** Turns the status if it still is `from` and its time has come; gives the row, null where there is none. */
  turnStatus(
    ctx: Context,
    challenge_id: string,
    from: Status,
    now: Instant,
  ): Promise<Challenge | null>;
  /** Queues the result mails of these people, each once. */
  mailResults(ctx: Context, challenge_id: string, results: ResultsToMail): Promise<void>;
  /** Queues a page of the mails that a challenge was called off, each once; gives where the next begins. */
  mailCancelled(ctx: Context, challenge_id: string, after: string): Promise<string | null>;
};

type Parts = {
  storage: DurableObjectStorage;
  facts: Facts;
  standings: Standings;
  steps: TurnSteps;
  /** A context for one piece of work, with a deadline of its own. */
  work: (job: string) => Context;
  /** Has the kinds `turn`, `mails` and `renewed`, which call the methods of these names. */
  jobs: () => DueJobs;
  /** Reads these people anew. */
  refresh: (user_ids: readonly string[]) => Promise<void>;
  /** Called when the status has changed. */
  onTurn: () => void;
};

/**
 * The way of a challenge from scheduled to final. The board turns it, MySQL says whether the time has
 * come; every step may fail, be repeated, and go on where it stopped.
 */
export class Turner {
  readonly #parts: Parts;
  #running: Promise<void> | null = null;
  /** Rises when what goes out in pages begins anew: a page under way must not say where to go on. */
  #round = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Has the next turn done when it is due. */
  plan(): void {
    const { next_turn_at } = this.#parts.facts.rules;
    if (next_turn_at !== null) this.#parts.jobs().schedule("turn", next_turn_at);
  }

  /** Does every turn that is due by now; two calls at once do it once. Throws where MySQL is away. */
  async turn(): Promise<void> {
    this.#running ??= this.#turn().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  /** Queues a page of the result mails, and itself for the next one. */
  async mails(): Promise<void> {
    const { storage, facts, standings, steps, work, jobs } = this.#parts;
    const offset = storage.kv.get<number>(MAILS_QUEUED) ?? 0;
    const round = this.#round;
    const entries = standings.page(offset, MAILS_PAGE);
    if (entries.length === 0) return;
    const podium = standings.page(0, 3);
    await steps.mailResults(work("mails"), facts.rules.id, {
      total: standings.size,
      podium,
      entries,
    });
    if (round === this.#round) storage.kv.put(MAILS_QUEUED, offset + entries.length);
    jobs().schedule("mails", clock.now());
  }

  /** A line bears another id, so equal scores stand in another order: what is under way begins anew. */
  restart(): void {
    const { storage, standings } = this.#parts;
    this.#round += 1;
    for (const key of [RESULTS_WRITTEN, MAILS_QUEUED]) {
      if ((storage.kv.get<number>(key) ?? 0) < standings.size) storage.kv.delete(key);
    }
  }

  /** Takes over the day rule that somebody plays by from the start on, here and in their own object. */
  async renewed(user_id: string): Promise<void> {
    const { refresh, work } = this.#parts;
    // The new rule may not be in MySQL before the turn that wrote it is through.
    await this.#running?.catch(() => undefined);
    await refresh([user_id]);
    await tellUser(work("renewed"), user_id);
  }

  async #turn(): Promise<void> {
    const { facts, jobs, onTurn, steps, work } = this.#parts;
    for (;;) {
      const { id, status, next_turn_at } = facts.rules;
      const now = facts.now();
      if (next_turn_at === null || next_turn_at > now) break;
      if (status === "scheduled") await this.#renewDayRules();
      if (status === "settling" && !(await this.#conclude())) {
        jobs().schedule("turn", clock.now());
        return;
      }
      if (status === "cancelled") await this.#callOff();
      const ctx = work("turn");
      const row = await steps.turnStatus(ctx, id, status, now);
      if (!row) return;
      if (!facts.takeRules(row)) throw new RangeError("the challenge is older than its board");
      if (row.status === status) continue;
      if (row.status === "final") jobs().schedule("mails", clock.now());
      ctx.log.write("info", "challenge_turned", { challenge_id: id, status: row.status });
      onTurn();
    }
    this.plan();
  }

  /** From its start on a challenge is played by the zones and day starts that people have then. */
  async #renewDayRules(): Promise<void> {
    const { facts, jobs, work } = this.#parts;
    for (let after: string | null = ""; after !== null;) {
      const ctx = work("renew");
      const page = await pageWithAccountRules(ctx, facts.rules.id, after, RULES_PAGE);
      const changed = page.flatMap(({ participant, account }) => {
        const { timezone, day_start_minute } = participant;
        const isSame =
          timezone === account.timezone && day_start_minute === account.day_start_minute;
        return isSame ? [] : [{ ...participant, ...account }];
      });
      // Planned before it is written: a crash in between costs a look at nothing new.
      for (const { user_id } of changed) jobs().schedule("renewed", clock.now(), user_id);
      await saveDayRules(ctx, changed);
      const user_ids = changed.map((participant) => participant.user_id);
      await dropDays(ctx, facts.rules.id, user_ids);
      after = page.length < RULES_PAGE ? null : (page.at(-1)?.participant.user_id ?? null);
    }
  }

  /** Has everybody told by mail that the challenge was called off, page by page. */
  async #callOff(): Promise<void> {
    const { storage, facts, steps, work } = this.#parts;
    // A board whose clock is ahead may have begun to write results before it heard.
    await dropResults(work("results"), facts.rules.id);
    let after: string | null = storage.kv.get<string>(CANCELLED_UNTIL) ?? "";
    while (after !== null) {
      after = await steps.mailCancelled(work("mails"), facts.rules.id, after);
      if (after !== null) storage.kv.put(CANCELLED_UNTIL, after);
    }
  }

  /**
   * Makes the final board: the last days are counted, scores stop moving, the results are written.
   * Says whether all of it is done; what is not goes on with the next call.
   */
  async #conclude(): Promise<boolean> {
    const { storage, facts, standings, work } = this.#parts;
    const now = facts.now();
    if (!facts.rules.is_frozen) {
      if (standings.turnDays(now)) return false;
      facts.freeze();
    }
    for (;;) {
      const offset = storage.kv.get<number>(RESULTS_WRITTEN) ?? 0;
      const round = this.#round;
      const entries = standings.page(offset, RESULTS_PAGE);
      if (entries.length === 0) return true;
      const rows = entries.map(({ rank, user, score, days_reported, days_total }) => ({
        challenge_id: facts.rules.id,
        user_id: user.id,
        rank,
        score,
        days_reported,
        days_total,
        won: rank === 1,
        created_at: now,
      }));
      await saveResults(work("results"), rows);
      if (round === this.#round) storage.kv.put(RESULTS_WRITTEN, offset + entries.length);
    }
  }
}
