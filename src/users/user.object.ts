import { DurableObject } from "cloudflare:workers";
import {
  decisionOut,
  mailAlert,
  settleRules,
  Vigil,
  type DecisionOut,
  type Policy,
  type ResetAnswer,
} from "../blocking/index.ts";
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
import { Facts } from "./facts.part.ts";
import { Erasure } from "./erasure.part.ts";
import { challengesOf, concludeErasure, erasureOf, eraseTraces } from "./erasure.service.ts";
import { Gate, type Admission } from "./gate.part.ts";
import { OnceKeys } from "./once.part.ts";
import { Live, type LiveSeat } from "./live.part.ts";
import { loadPerson } from "./person.service.ts";
import { countingOf, newsForBoards, policyFactsOf, type Caller, type Person } from "./person.ts";
import { SEAT_HEADER, SEAT_REFUSED } from "./user.client.ts";
import { Tickets } from "./tickets.part.ts";
import { Viewing } from "./viewing.part.ts";

/** A caller waits for the facts of an unknown session: at most this long, in ms. */
const FACTS_DEADLINE_MS = 3_500;
/** An erasure may have hundreds of thousands of rows to delete, in ms; then it goes on with the next try. */
const ERASE_DEADLINE_MS = 300_000;
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
  private readonly viewing: Viewing;
  private readonly meter: Meter;
  private readonly vigil: Vigil;
  private readonly live: Live;
  private readonly jobs: DueJobs;
  private readonly erasure: Erasure;

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
    this.viewing = new Viewing(storage);
    this.meter = new Meter(storage, {
      owner: () => this.facts.person,
      context: () => this.work("flush"),
      schedule: (kind, due_at, key) => this.jobs.schedule(kind, due_at, key),
      waitUntil: (work) => ctx.waitUntil(work),
    });
    this.live = new Live(ctx, {
      expireAt: (due_at) => this.jobs.schedule("expire", due_at),
      greeting: () => this.vigil.greet(clock.now()),
    });
    this.vigil = new Vigil(storage, {
      rules: () => this.facts.person?.rules ?? [],
      history: () => this.facts.person?.day_history ?? [],
      used: (key, date, counts) => this.meter.used(key, date, counts),
      categoryOf: (app, now) => this.meter.categoryOf(app, now),
      isHeard: () => this.live.isHeard(),
      tell: (frame) => this.live.tell(frame),
      mail: async (alert) => await mailAlert(this.work("alert_mail"), this.user_id, alert),
      schedule: (kind, due_at, key) => this.jobs.schedule(kind, due_at, key),
    });
    this.jobs = new DueJobs(
      storage,
      {
        flush: async (_key, now) => await this.meter.flush(now),
        board: async (challenge_id, now) => await this.meter.tellBoard(challenge_id, now),
        prune: (_key, now) => this.meter.prune(now),
        end_views: async () => await this.endViews(),
        reload: async (user_id) => await this.reloadOrThrow(user_id),
        sweep_once: (_key, now) => this.once.sweep(now),
        settle: async (_key, now) => await this.settle(now),
        alert_mail: async (key) => await this.vigil.mailAlert(key),
        erase: async (user_id, now) => await this.erasure.run(user_id, now),
      },
      {
        expire: (_key, now) => this.live.closeExpired(now),
        policy: (_key, now) => void this.vigil.review(now),
      },
    );
    this.erasure = new Erasure({
      storage,
      steps: { erasureOf, challengesOf, eraseTraces, concludeErasure },
      jobs: () => this.jobs,
      work: () => this.work("erase", ERASE_DEADLINE_MS),
      endViews: async () => await this.endViews(),
      onEnd: () => {
        this.jobs.stop();
        this.gate.close();
        this.facts.close();
      },
    });
  }

  override async alarm(): Promise<void> {
    await this.jobs.run();
  }

  /** Reads the user's facts anew from MySQL; says whether MySQL answered. Repeatable. */
  async reload(user_id: string): Promise<boolean> {
    if (this.erasure.isOver) return true;
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

  /** Notes that the caller opens a socket on a board, to be closed when the session ends; says whether it lives. */
  async watch(caller: Caller, challenge_id: string, until: Instant): Promise<boolean> {
    const isLive = this.gate.refusalOf(this.facts.person, caller) === null;
    if (isLive) this.viewing.add(challenge_id, caller.session_id, until, clock.now());
    return isLive;
  }

  /** Takes a batch of usage, and says which decisions it changed; durable when this returns. */
  async record(
    caller: Caller,
    batch: IncomingBatch,
  ): Promise<Admission<Recorded & { decisions: DecisionOut[] }>> {
    return await this.admitted(caller, (now) => {
      const { result, changed } = this.vigil.around(now, () => this.meter.record(batch, now));
      return { ...result, decisions: changed.map(decisionOut) };
    });
  }

  /** What is blocked, why, and what changes next. */
  async policy(caller: Caller): Promise<Admission<Policy>> {
    return await this.admitted(caller, (now) => this.vigil.policy(now));
  }

  /** Puts a rule's used time of today back to 0; says why not, where not. */
  async resetRule(caller: Caller, rule_id: string): Promise<Admission<ResetAnswer>> {
    return await this.admitted(caller, (now) => this.vigil.reset(rule_id, now));
  }

  /** Opens the user's own socket; the Worker builds this request and says in its header who it is. */
  override async fetch(request: Request): Promise<Response> {
    const seat = JSON.parse(request.headers.get(SEAT_HEADER) ?? "{}") as LiveSeat;
    const refusal = this.gate.refusalOf(this.facts.person, seat);
    if (refusal !== null) return new Response(null, { status: SEAT_REFUSED[refusal] });
    const socket = this.live.enter(seat);
    return socket === null
      ? new Response(null, { status: 429 })
      : new Response(null, { status: 101, webSocket: socket });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.live.hear(socket, message);
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
    this.live.closeEnded(person);
    if (person === null) {
      this.erasure.begin(this.user_id);
      return;
    }
    if (countingOf(before) !== countingOf(person)) this.meter.recount();
    for (const challenge_id of newsForBoards(before, person)) {
      this.jobs.schedule("board", clock.now(), challenge_id);
    }
    if (policyFactsOf(before) === policyFactsOf(person)) return;
    this.vigil.noteRules(clock.now());
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
    await this.viewing.end(this.work("end_views"), this.user_id, this.facts.person);
  }

  /** Rules of which something has become due: decided by it already, now MySQL hears of it too. */
  private async settle(now: Instant): Promise<void> {
    this.vigil.review(now);
    await settleRules(this.work("settle"), this.user_id);
    await this.reloadOrThrow(this.user_id);
  }

  private async reloadOrThrow(user_id: string): Promise<void> {
    if (!(await this.reload(user_id))) throw errors.database_unavailable();
  }

  /** Also of an account that is gone: the object is named by it. */
  private get user_id(): string {
    return this.ctx.id.name ?? "";
  }

  private work(job: string, deadline_ms?: number): Context {
    return objectContext(this.env, this.ctx, `user.${job}`, deadline_ms);
  }
}
