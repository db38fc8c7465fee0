import { DurableObject } from "cloudflare:workers";
import { clock } from "../platform/clock.ts";
import { objectContext, type Context } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { logFault } from "../platform/log.ts";
import { callObject } from "../platform/objects/call.ts";
import { DueJobs } from "../platform/objects/due-jobs.ts";
import type { OnceAnswer, OnceClaim, OnceOutcome } from "../platform/once.ts";
import { CloseCode } from "../platform/objects/sockets.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import { DAY_MS, type Instant } from "../platform/time/instant.ts";
import { dayBounds, ownDateAt } from "../platform/time/own-day.ts";
import {
  Ledger,
  Outflow,
  todayOf,
  type HeldItem,
  type HistoryQuestion,
  type IncomingBatch,
  type LiveDays,
  type Recorded,
  type Today,
} from "../usage/index.ts";
import { Gate, type Admission } from "./gate.part.ts";
import type { Caller, Person } from "./person.ts";
import { loadPerson } from "./person.service.ts";
import { OnceKeys } from "./once.part.ts";
import { Tickets } from "./tickets.part.ts";
import { Viewing } from "./viewing.part.ts";

/** How long usage gathers before it is written to MySQL, in ms; it must stand there within 2 s. */
const FLUSH_AFTER_MS = 750;
/** A caller waits for the facts of an unknown session: at most this long, in ms. */
const FACTS_DEADLINE_MS = 3_500;
/** How soon what failed is tried again, in ms. */
const AGAIN_MS = 1_000;
/** How often what is old leaves the object, in ms. */
const PRUNE_AFTER_MS = DAY_MS;

/**
 * The Durable Object of one user: their door (sessions, exact rate limit) and their usage. Its copy
 * of MySQL's facts is read anew whenever it is told so, and can be thrown away.
 */
export class UserObject extends DurableObject<Env> {
  private readonly gate: Gate;
  private readonly tickets: Tickets;
  private readonly once: OnceKeys;
  private readonly viewing: Viewing;
  private readonly ledger: Ledger;
  private readonly outflow: Outflow;
  private readonly jobs: DueJobs;
  private person: Person | null;
  private loading: Promise<boolean> | null = null;
  private loadAgain: Promise<boolean> | null = null;
  /** Whether the next pruning is scheduled, as far as this life of the object knows. */
  private isPruning = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.person = ctx.storage.kv.get<Person>("person") ?? null;
    this.gate = new Gate(ctx.storage);
    this.tickets = new Tickets(ctx.storage);
    this.once = new OnceKeys(ctx.storage, (due_at) => this.jobs.schedule("sweep_once", due_at));
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
      prune: (_key, now) => this.prune(now),
      sweep_once: (_key, now) => this.once.sweep(now),
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

  /** Lets in a caller who wants something done once, and says what becomes of it. */
  async beginOnce(caller: Caller, claim: OnceClaim): Promise<Admission<OnceOutcome>> {
    return await this.admitted(caller, (now) => this.once.begin(claim, now));
  }

  /** Keeps the answer of what was to be done once; null lets its key go. Repeatable. */
  async finishOnce(claim: OnceClaim, answer: OnceAnswer | null): Promise<void> {
    this.once.finish(claim, answer);
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
      const { receipts, changed, vouched, first } = this.ledger.record(batch, now);
      this.noteChanges(changed, vouched, now);
      const device = batch.items[0]?.item.device_id;
      const resume_after = device === undefined ? null : this.ledger.resumeAfter(device);
      return { receipts, first, resume_after };
    });
  }

  /** Takes an item out of history and statistics; says whether the object holds it at all. */
  async remove(caller: Caller, id: string): Promise<Admission<boolean>> {
    return await this.admitted(caller, (now) => {
      const removed = this.ledger.remove(id, now);
      if (removed) this.jobs.schedule("flush", now + FLUSH_AFTER_MS);
      return removed !== null;
    });
  }

  /** The instant up to which a device's intervals are known. */
  async resumeAfter(caller: Caller, device_id: string): Promise<Admission<Instant | null>> {
    return await this.admitted(caller, () => this.ledger.resumeAfter(device_id));
  }

  /** The counters of the user's own today. */
  async today(caller: Caller): Promise<Admission<Today>> {
    return await this.admitted(caller, (now) => {
      const history = this.person?.day_history ?? [];
      const date = ownDateAt(now, history);
      return todayOf(date, this.ledger.shown(date), dayBounds(date, history).ends_at);
    });
  }

  /** The counters of today and of every day that MySQL may not know as it stands. */
  async liveDays(caller: Caller): Promise<Admission<LiveDays>> {
    return await this.admitted(caller, (now) => {
      const today = ownDateAt(now, this.person?.day_history ?? []);
      const week_start = this.person?.week_start ?? 1;
      const days = this.ledger.liveDays(today);
      return { today, week_start, ...days };
    });
  }

  /** The part of a history page that MySQL may not hold yet, newest first, and what has left it. */
  async waiting(
    caller: Caller,
    question: HistoryQuestion,
  ): Promise<Admission<{ items: HeldItem[]; gone: string[] }>> {
    return await this.admitted(caller, () => this.ledger.outbox.onPage(question));
  }

  /** What changed goes to the boards at once and to MySQL soon; what is old leaves some day. */
  private noteChanges(changed: HeldItem[], vouched: OwnDate[], now: Instant): void {
    if (changed.length === 0 && vouched.length === 0) return;
    this.jobs.schedule("flush", now + FLUSH_AFTER_MS);
    if (!this.isPruning) this.jobs.schedule("prune", now + PRUNE_AFTER_MS);
    this.isPruning = true;
    if (!this.outflow.touch(changed, vouched)) return;
    this.ctx.waitUntil(
      this.outflow.tellBoards().catch((error: unknown) => logFault("board_not_told", error)),
    );
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
    let person: Person | null;
    try {
      person = await loadPerson(this.work("load", FACTS_DEADLINE_MS), user_id);
    } catch (error) {
      logFault("facts_not_loaded", error);
      // Whoever told us hears of the failure; the facts come in all the same once MySQL is back.
      this.jobs.schedule("reload", clock.now() + AGAIN_MS, user_id);
      return false;
    }
    this.jobs.cancel("reload", user_id);
    const before = this.person;
    this.person = person;
    if (person === null) this.ctx.storage.kv.delete("person");
    else this.ctx.storage.kv.put("person", person);
    this.closeEndedViews();
    if (person === null) return true;
    if (countingOf(before) !== countingOf(person)) this.ledger.forgetBooks();
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

  private prune(now: Instant): void {
    this.isPruning = this.ledger.prune(now);
    if (this.isPruning) this.jobs.schedule("prune", now + PRUNE_AFTER_MS);
  }

  private work(job: string, deadline_ms?: number): Context {
    return objectContext(this.env, this.ctx, `user.${job}`, deadline_ms);
  }
}

/** What the books of a ledger depend on. */
function countingOf(person: Person | null): string {
  return JSON.stringify([person?.day_history, person?.memberships]);
}
