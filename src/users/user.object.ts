import { DurableObject } from "cloudflare:workers";
import { clock } from "../platform/clock.ts";
import { objectContext, type Context } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { logFault } from "../platform/log.ts";
import { DueJobs } from "../platform/objects/due-jobs.ts";
import type { OnceAnswer, OnceClaim, OnceOutcome } from "../platform/once.ts";
import type { Instant } from "../platform/time/instant.ts";
import {
  Meter,
  type HeldItem,
  type HistoryQuestion,
  type IncomingBatch,
  type LiveDays,
  type Recorded,
  type Today,
} from "../usage/index.ts";
import { CodeTries } from "./code-tries.part.ts";
import { Facts } from "./facts.part.ts";
import { Gate, type Admission } from "./gate.part.ts";
import { OnceKeys } from "./once.part.ts";
import { loadPerson } from "./person.service.ts";
import { countingOf, newsForBoards, type Caller, type Person } from "./person.ts";
import { Tickets } from "./tickets.part.ts";
import { Viewing } from "./viewing.part.ts";

/** A caller waits for the facts of an unknown session: at most this long, in ms. */
const FACTS_DEADLINE_MS = 3_500;
/** How soon what failed is tried again, in ms. */
const AGAIN_MS = 1_000;

/**
 * The Durable Object of one user: their door (sessions, exact rate limit) and their usage. It only
 * puts its parts together: who is let in, which part does the work, what each job of the alarm is.
 */
export class UserObject extends DurableObject<Env> {
  private readonly facts: Facts;
  private readonly gate: Gate;
  private readonly tickets: Tickets;
  private readonly once: OnceKeys;
  private readonly codeTries: CodeTries;
  private readonly viewing: Viewing;
  private readonly meter: Meter;
  private readonly jobs: DueJobs;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { storage } = ctx;
    this.facts = new Facts(
      storage,
      async (user_id) => await loadPerson(this.work("load", FACTS_DEADLINE_MS), user_id),
      (before, person) => this.noteFacts(before, person),
    );
    this.gate = new Gate(storage);
    this.tickets = new Tickets(storage);
    this.once = new OnceKeys(storage, (due_at) => this.jobs.schedule("sweep_once", due_at));
    this.codeTries = new CodeTries(storage);
    this.viewing = new Viewing(storage);
    this.meter = new Meter(storage, {
      owner: () => this.facts.person,
      context: () => this.work("flush"),
      schedule: (kind, due_at, key) => this.jobs.schedule(kind, due_at, key),
      waitUntil: (work) => ctx.waitUntil(work),
    });
    this.jobs = new DueJobs(storage, {
      flush: async (_key, now) => await this.meter.flush(now),
      board: async (challenge_id, now) => await this.meter.tellBoard(challenge_id, now),
      prune: (_key, now) => this.meter.prune(now),
      end_views: async () => await this.endViews(),
      reload: async (user_id) => await this.reloadOrThrow(user_id),
      sweep_once: (_key, now) => this.once.sweep(now),
    });
  }

  override async alarm(): Promise<void> {
    await this.jobs.run();
  }

  /** Reads the user's facts anew from MySQL; says whether MySQL answered. Repeatable. */
  async reload(user_id: string): Promise<boolean> {
    const isRead = await this.facts.reload(user_id);
    // Whoever told us hears of a failure; the facts come in all the same once MySQL is back.
    if (isRead) this.jobs.cancel("reload", user_id);
    else this.jobs.schedule("reload", clock.now() + AGAIN_MS, user_id);
    return isRead;
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

  /** Counts a try of an invite code as wrong before it is looked at; gives null, or ms until one may be. */
  async takeCodeTry(try_id: string): Promise<number | null> {
    return this.codeTries.take(try_id, clock.now());
  }

  /** Takes a try back: its code was not wrong. Repeatable. */
  async forgiveCodeTry(try_id: string): Promise<void> {
    this.codeTries.forgive(try_id);
  }

  /** Notes that the caller opens a socket on a board, to be closed when the session ends; says whether it lives. */
  async watch(caller: Caller, challenge_id: string, until: Instant): Promise<boolean> {
    const isLive = this.gate.knows(this.facts.person, caller);
    if (isLive) this.viewing.add(challenge_id, caller.session_id, until, clock.now());
    return isLive;
  }

  /** Takes a batch of usage; durable when this returns. */
  async record(caller: Caller, batch: IncomingBatch): Promise<Admission<Recorded>> {
    return await this.admitted(caller, (now) => this.meter.record(batch, now));
  }

  /** Takes an item out of history and statistics; says whether the object holds it at all. */
  async remove(caller: Caller, id: string): Promise<Admission<boolean>> {
    return await this.admitted(caller, (now) => this.meter.remove(id, now));
  }

  /** The instant up to which a device's intervals are known. */
  async resumeAfter(caller: Caller, device_id: string): Promise<Admission<Instant | null>> {
    return await this.admitted(caller, () => this.meter.resumeAfter(device_id));
  }

  /** The counters of the user's own today. */
  async today(caller: Caller): Promise<Admission<Today>> {
    return await this.admitted(caller, (now) => this.meter.today(now));
  }

  /** The counters of today and of every day that MySQL may not know as it stands. */
  async liveDays(caller: Caller): Promise<Admission<LiveDays>> {
    return await this.admitted(caller, (now) => this.meter.liveDays(now));
  }

  /** The part of a history page that MySQL may not hold yet, newest first, and what has left it. */
  async waiting(
    caller: Caller,
    question: HistoryQuestion,
  ): Promise<Admission<{ items: HeldItem[]; gone: string[] }>> {
    return await this.admitted(caller, () => this.meter.waiting(question));
  }

  private async admitted<T>(caller: Caller, work: (now: Instant) => T): Promise<Admission<T>> {
    if (!this.gate.knows(this.facts.person, caller) && !this.gate.knowsEnded(caller)) {
      if (!(await this.reload(caller.user_id)))
        return { ok: false, quota: null, refusal: "facts_unavailable" };
    }
    const now = clock.now();
    const { quota, refusal } = this.gate.pass(this.facts.person, caller, now);
    if (refusal !== null || quota === null)
      return { ok: false, quota, refusal: refusal ?? "session_ended" };
    return { ok: true, quota, result: work(now) };
  }

  /** What follows from new facts: views that end, days to count anew, boards to be told. */
  private noteFacts(before: Person | null, person: Person | null): void {
    this.closeEndedViews();
    if (person === null) return;
    if (countingOf(before) !== countingOf(person)) this.meter.recount();
    for (const challenge_id of newsForBoards(before, person)) {
      this.jobs.schedule("board", clock.now(), challenge_id);
    }
  }

  /** Closes what ended sessions were watching: at once, and by the alarm should that fail. */
  private closeEndedViews(): void {
    if (this.viewing.endedViews(this.facts.person).length === 0) return;
    this.jobs.schedule("end_views", clock.now() + AGAIN_MS);
    this.ctx.waitUntil(
      this.endViews().catch((error: unknown) => logFault("views_not_ended", error)),
    );
  }

  private async endViews(): Promise<void> {
    // An account that is gone has no row to read its id from: the object is named by it.
    const user_id = this.ctx.id.name ?? "";
    await this.viewing.end(this.work("end_views"), user_id, this.facts.person);
  }

  private async reloadOrThrow(user_id: string): Promise<void> {
    if (!(await this.reload(user_id))) throw errors.database_unavailable();
  }

  private work(job: string, deadline_ms?: number): Context {
    return objectContext(this.env, this.ctx, `user.${job}`, deadline_ms);
  }
}
