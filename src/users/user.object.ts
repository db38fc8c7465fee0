import { DurableObject } from "cloudflare:workers";
import { clock } from "../platform/clock.ts";
import { objectContext, type Context } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { logFault } from "../platform/log.ts";
import { callObject } from "../platform/objects/call.ts";
import { DueJobs } from "../platform/objects/due-jobs.ts";
import { CloseCode } from "../platform/objects/sockets.ts";
import { addDays, type OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { ownDateAt } from "../platform/time/own-day.ts";
import {
  Ledger,
  Outflow,
  todayOf,
  type HeldItem,
  type HistoryQuestion,
  type IncomingBatch,
  type Recorded,
  type Today,
} from "../usage/index.ts";
import { Erasure } from "./erasure.part.ts";
import { challengesOf, concludeErasure, erasureOf, eraseTraces } from "./erasure.service.ts";
import { Gate, type Admission } from "./gate.part.ts";
import type { Caller, Person } from "./person.ts";
import { loadPerson } from "./person.service.ts";
import { Tickets } from "./tickets.part.ts";
import { Viewing } from "./viewing.part.ts";

/** How long usage gathers before it is written to MySQL, in ms; it must stand there within 2 s. */
const FLUSH_AFTER_MS = 750;
/** A caller waits for the facts of an unknown session: at most this long, in ms. */
const FACTS_DEADLINE_MS = 3_500;
/** An erasure may have hundreds of thousands of rows to delete, in ms; then it goes on with the next try. */
const ERASE_DEADLINE_MS = 300_000;
/** How soon what failed is tried again, in ms. */
const AGAIN_MS = 1_000;
/** Dates that a phone may vouch for reach as far back as its intervals may. */
const VOUCHED_DAYS = 31;

/**
 * The Durable Object of one user: their door (sessions, exact rate limit) and their usage. Its copy
 * of MySQL's facts is read anew whenever it is told so, and can be thrown away.
 */
export class UserObject extends DurableObject<Env> {
  private readonly gate: Gate;
  private readonly tickets: Tickets;
  private readonly viewing: Viewing;
  private readonly ledger: Ledger;
  private readonly outflow: Outflow;
  private readonly jobs: DueJobs;
  private readonly erasure: Erasure;
  private person: Person | null;
  private loading: Promise<boolean> | null = null;
  private loadAgain: Promise<boolean> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.person = ctx.storage.kv.get<Person>("person") ?? null;
    this.gate = new Gate(ctx.storage);
    this.tickets = new Tickets(ctx.storage);
    this.viewing = new Viewing(ctx.storage);
    this.ledger = new Ledger(ctx.storage, () => this.person?.day_history ?? []);
    this.outflow = new Outflow(
      this.ledger,
      () => this.person,
      () => this.work("flush"),
    );
    this.jobs = new DueJobs(ctx.storage, {
      flush: async (_key, now) => await this.flush(now),
      board: async (challenge_id, now) => await this.outflow.tellWhole(challenge_id, now),
      end_views: async () => await this.endViews(),
      reload: async (user_id) => await this.reloadOrThrow(user_id),
      erase: async (user_id, now) => await this.erasure.run(user_id, now),
    });
    this.erasure = new Erasure({
      storage: ctx.storage,
      steps: { erasureOf, challengesOf, eraseTraces, concludeErasure },
      jobs: () => this.jobs,
      work: () => this.work("erase", ERASE_DEADLINE_MS),
      endViews: async () => await this.endViews(),
      onEnd: () => {
        this.jobs.stop();
        this.gate.close();
      },
    });
  }

  override async alarm(): Promise<void> {
    await this.jobs.run();
  }

  /** Reads the user's facts anew from MySQL; says whether MySQL answered. Repeatable. */
  async reload(user_id: string): Promise<boolean> {
    if (!this.loading) {
      this.loading = this.load(user_id).finally(() => {
        this.loading = null;
      });
      return await this.loading;
    }
    // A read under way may have begun before the change: one more is needed after it, for all who wait.
    this.loadAgain ??= this.loading
      .catch(() => undefined)
      .then(async () => {
        this.loadAgain = null;
        return await this.reload(user_id);
      });
    return await this.loadAgain;
  }

  /** Lets a caller in whose work happens elsewhere. */
  async admit(caller: Caller): Promise<Admission<null>> {
    return await this.admitted(caller, () => null);
  }

  /** Lets in the bearer of a one-time ticket, who wants a socket on a board until `until`. */
  async admitTicket(
    caller: Caller,
    ticket: { nonce: string; good_until: Instant },
  ): Promise<Admission<boolean>> {
    return await this.admitted(caller, (now) =>
      this.tickets.use(ticket.nonce, ticket.good_until, now),
    );
  }

  /** Notes that the caller opens a socket on a board, to be closed when the session ends; says whether it lives. */
  async watch(caller: Caller, challenge_id: string, until: Instant): Promise<boolean> {
    const isLive = this.gate.knows(this.person, caller);
    if (isLive) this.viewing.add(challenge_id, caller.session_id, until, clock.now());
    return isLive;
  }

  /** Takes a batch of usage; durable when this returns. */
  async record(caller: Caller, batch: IncomingBatch): Promise<Admission<Recorded>> {
    return await this.admitted(caller, (now) => {
      const reported_dates = this.vouchable(batch.reported_dates, now);
      const { receipts, taken } = this.ledger.record({ ...batch, reported_dates }, now);
      if (taken.length > 0 || reported_dates.length > 0) {
        this.jobs.schedule("flush", now + FLUSH_AFTER_MS);
        if (this.outflow.touch(taken, reported_dates)) {
          this.ctx.waitUntil(
            this.outflow.tellBoards().catch((error: unknown) => logFault("board_not_told", error)),
          );
        }
      }
      const device = batch.items[0]?.interval.device_id;
      const first = receipts[0]?.id;
      return {
        receipts,
        first: taken[0] ?? (first ? this.ledger.item(first) : null),
        resume_after: device === undefined ? null : this.ledger.resumeAfter(device),
      };
    });
  }

  /** The counters of the user's own today. */
  async today(caller: Caller): Promise<Admission<Today>> {
    return await this.admitted(caller, (now) =>
      todayOf(this.ledger, this.person?.day_history ?? [], now),
    );
  }

  /** The part of a history page that MySQL may not hold yet, newest first. */
  async waiting(caller: Caller, question: HistoryQuestion): Promise<Admission<HeldItem[]>> {
    return await this.admitted(caller, () => this.ledger.waitingHistory(question));
  }

  private async admitted<T>(caller: Caller, work: (now: Instant) => T): Promise<Admission<T>> {
    if (!this.gate.knows(this.person, caller) && !this.gate.knowsEnded(caller)) {
      if (!(await this.reload(caller.user_id)))
        return { ok: false, quota: null, refusal: "facts_unavailable" };
    }
    const now = clock.now();
    const { quota, refusal } = this.gate.pass(this.person, caller, now);
    if (refusal !== null || quota === null)
      return { ok: false, quota, refusal: refusal ?? "session_ended" };
    return { ok: true, quota, result: work(now) };
  }

  private async load(user_id: string): Promise<boolean> {
    if (this.erasure.isOver) return true;
    let person: Person | null;
    try {
      person = await loadPerson(this.work("load", FACTS_DEADLINE_MS), user_id);
    } catch (error) {
      logFault("facts_not_loaded", error);
      // Whoever told us hears of the failure; the facts come in all the same once MySQL is back.
      this.jobs.schedule("reload", clock.now() + AGAIN_MS, user_id);
      return false;
    }
    if (this.erasure.isOver) return true;
    this.jobs.cancel("reload", user_id);
    const before = this.person;
    this.person = person;
    if (person === null) this.ctx.storage.kv.delete("person");
    else this.ctx.storage.kv.put("person", person);
    this.closeEndedViews();
    if (person === null) {
      this.erasure.begin(user_id);
      return true;
    }
    if (JSON.stringify(before?.day_history) !== JSON.stringify(person.day_history))
      this.ledger.forgetBooks();
    this.tellBoardsOfChange(before, person);
    return true;
  }

  /** A board must hear all there is when somebody joins it, and everywhere when they change their name. */
  private tellBoardsOfChange(before: Person | null, person: Person): void {
    const renamed =
      before?.display_name !== person.display_name || before?.avatar_url !== person.avatar_url;
    const rules = new Map(
      before?.memberships.map((rule) => [rule.challenge_id, JSON.stringify(rule)]),
    );
    for (const rule of person.memberships) {
      if (renamed || rules.get(rule.challenge_id) !== JSON.stringify(rule)) {
        this.jobs.schedule("board", clock.now(), rule.challenge_id);
      }
    }
  }

  /** Closes what ended sessions were watching: at once, and by the alarm should that fail. */
  private closeEndedViews(): void {
    if (this.endedViews().length === 0) return;
    this.jobs.schedule("end_views", clock.now() + AGAIN_MS);
    this.ctx.waitUntil(
      this.endViews().catch((error: unknown) => logFault("views_not_ended", error)),
    );
  }

  private endedViews() {
    return this.viewing.endedViews(this.person?.is_active ? this.person.live_sessions : []);
  }

  private async endViews(): Promise<void> {
    const { person } = this;
    const ctx = this.work("end_views");
    const code = person?.is_active === false ? CloseCode.not_allowed : CloseCode.token;
    // An account that is gone has no row to read its id from: the object is named by it.
    const user_id = this.ctx.id.name ?? "";
    for (const { challenge_id, session_ids } of this.endedViews()) {
      await callObject(
        ctx,
        this.env.BOARD,
        challenge_id,
        async (board) => await board.endViewing(user_id, session_ids, code),
      );
      this.viewing.forget(challenge_id, session_ids);
    }
  }

  private async flush(now: Instant): Promise<void> {
    for (let more = true; more;) {
      const flushed = await this.outflow.flush(now);
      for (const challenge_id of flushed.untold)
        this.jobs.schedule("board", now + AGAIN_MS, challenge_id);
      more = flushed.more;
    }
  }

  private async reloadOrThrow(user_id: string): Promise<void> {
    if (!(await this.reload(user_id))) throw errors.database_unavailable();
  }

  /** Nobody can vouch for a day that has not begun, nor for one that nothing is taken for any more. */
  private vouchable(dates: readonly OwnDate[], now: Instant): OwnDate[] {
    const today = ownDateAt(now, this.person?.day_history ?? []);
    const oldest = addDays(today, -VOUCHED_DAYS);
    return dates.filter((date) => date >= oldest && date <= today);
  }

  private work(job: string, deadline_ms?: number): Context {
    return objectContext(this.env, this.ctx, `user.${job}`, deadline_ms);
  }
}
