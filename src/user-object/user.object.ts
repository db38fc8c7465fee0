import { DurableObject } from "cloudflare:workers";
import { decisionOut, type DecisionOut, type Policy, type ResetAnswer } from "../blocking/index.ts";
import { challengesToErase } from "../challenges/index.ts";
import { clock } from "../platform/clock.ts";
import { objectContext } from "../platform/context.ts";
import { sendSoon } from "../platform/metrics/send.ts";
import type { OnceAnswer, OnceClaim, OnceOutcome } from "../platform/once.ts";
import type { Instant } from "../platform/time/instant.ts";
import type {
  HeldItem,
  HistoryQuestion,
  IncomingBatch,
  LiveDays,
  Recorded,
  Today,
} from "../usage/index.ts";
import {
  concludeErasure,
  findErasure,
  type Admission,
  type Caller,
  type ChallengeNews,
} from "../users/index.ts";
import { eraseTraces } from "./erasure.service.ts";
import { Household } from "./household.part.ts";
import type { LiveSeat } from "./live.part.ts";
import { loadPerson } from "./person.service.ts";
import { SEAT_HEADER, SEAT_REFUSED } from "./own-socket.client.ts";

const steps = {
  loadPerson,
  erasureOf: findErasure,
  challengesOf: challengesToErase,
  eraseTraces,
  concludeErasure,
};

/** The Durable Object of one user, as the Worker calls it: their door, their usage, their rules. */
export class UserObject extends DurableObject<Env> {
  private opened: Household | null = null;

  /** Opened at first use: whoever is only told what nobody listens for has nothing to open. */
  private get house(): Household {
    return (this.opened ??= new Household({
      state: this.ctx,
      work: (job, deadline_ms) => objectContext(this.env, this.ctx, `user.${job}`, deadline_ms),
      steps,
    }));
  }

  /** Answers, and does nothing: whether objects of this class can be reached. */
  async ping(): Promise<true> {
    return true;
  }

  override async alarm(): Promise<void> {
    await this.house.jobs.run();
    this.sendMetrics();
  }

  /** Reads the user's facts anew from MySQL; says whether MySQL answered. Repeatable. */
  async reload(user_id: string): Promise<boolean> {
    return await this.house.reload(user_id);
  }

  /** Tells the user's phones how a challenge stands; says whether their facts are up to date. */
  async hearOfChallenge(user_id: string, news: ChallengeNews): Promise<boolean> {
    const { id, status, counts_otherwise } = news;
    // All who take part are told at the same instant, and most of them sleep.
    if (!counts_otherwise && this.ctx.getWebSockets().length === 0) return true;
    this.house.live.tell({ type: "challenge", id, status });
    return !counts_otherwise || (await this.house.reload(user_id));
  }

  /** Lets a caller in whose work happens elsewhere. */
  async admit(caller: Caller): Promise<Admission<null>> {
    return await this.house.admitted(caller, () => null);
  }

  /** Lets in the bearer of a one-time ticket, who wants a socket on a board until `until`. */
  async admitTicket(
    caller: Caller,
    ticket: { nonce: string; good_until: Instant },
  ): Promise<Admission<boolean>> {
    return await this.house.admitted(caller, (now) =>
      this.house.tickets.use(ticket.nonce, ticket.good_until, now),
    );
  }

  /** Lets in a caller who wants something done once, and says what becomes of it. */
  async beginOnce(caller: Caller, claim: OnceClaim): Promise<Admission<OnceOutcome>> {
    return await this.house.admitted(caller, (now) => this.house.once.begin(claim, now));
  }

  /** Keeps the answer of what was to be done once; null lets its key go. Repeatable. */
  async finishOnce(claim: OnceClaim, answer: OnceAnswer | null): Promise<void> {
    this.house.once.finish(claim, answer);
  }

  /** Counts a try of an invite code as wrong before it is looked at; gives null, or ms until one may be. */
  async takeCodeTry(try_id: string): Promise<number | null> {
    return this.house.codeTries.take(try_id, clock.now());
  }

  /** Takes a try back: its code was not wrong. Repeatable. */
  async forgiveCodeTry(try_id: string): Promise<void> {
    this.house.codeTries.forgive(try_id);
  }

  /** Notes that the caller opens a socket on a board, to be closed when the session ends; says whether it lives. */
  async watch(caller: Caller, challenge_id: string, until: Instant): Promise<boolean> {
    const isLive = this.house.gate.refusalOf(this.house.facts.person, caller) === null;
    if (isLive) this.house.viewing.add(challenge_id, caller.session_id, until, clock.now());
    return isLive;
  }

  /** Takes a batch of usage, and says which decisions it changed; durable when this returns. */
  async record(
    caller: Caller,
    batch: IncomingBatch,
  ): Promise<Admission<Recorded & { decisions: DecisionOut[] }>> {
    return await this.house.admitted(caller, (now) => {
      const { result, changed } = this.house.vigil.around(now, () =>
        this.house.meter.record(batch, now),
      );
      return { ...result, decisions: changed.map(decisionOut) };
    });
  }

  /** What is blocked, why, and what changes next. */
  async policy(caller: Caller): Promise<Admission<Policy>> {
    return await this.house.admitted(caller, (now) => this.house.vigil.policy(now));
  }

  /** Puts a rule's used time of today back to 0; says why not, where not. */
  async resetRule(caller: Caller, rule_id: string): Promise<Admission<ResetAnswer>> {
    return await this.house.admitted(caller, (now) => this.house.vigil.reset(rule_id, now));
  }

  /** Opens the user's own socket; the Worker builds this request and says in its header who it is. */
  override async fetch(request: Request): Promise<Response> {
    const seat = JSON.parse(request.headers.get(SEAT_HEADER) ?? "{}") as LiveSeat;
    const refusal = this.house.gate.refusalOf(this.house.facts.person, seat);
    if (refusal !== null) return new Response(null, { status: SEAT_REFUSED[refusal] });
    const socket = this.house.live.enter(seat);
    this.sendMetrics();
    return socket === null
      ? new Response(null, { status: 429 })
      : new Response(null, { status: 101, webSocket: socket });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.house.live.hear(socket, message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.house.live.closed(socket, code);
    this.sendMetrics();
  }

  /** Takes an item out of history and statistics; gives since when it is, or null where the object does not hold it. */
  async remove(caller: Caller, id: string): Promise<Admission<Instant | null>> {
    return await this.house.admitted(caller, (now) => this.house.meter.remove(id, now));
  }

  /** The instant up to which a device's intervals are known. */
  async resumeAfter(caller: Caller, device_id: string): Promise<Admission<Instant | null>> {
    return await this.house.admitted(caller, () => this.house.meter.resumeAfter(device_id));
  }

  /** The counters of the user's own today. */
  async today(caller: Caller): Promise<Admission<Today>> {
    return await this.house.admitted(caller, (now) => this.house.meter.today(now));
  }

  /** The counters of today and of every day that MySQL may not know as it stands. */
  async liveDays(caller: Caller): Promise<Admission<LiveDays>> {
    return await this.house.admitted(caller, (now) => this.house.meter.liveDays(now));
  }

  /** The part of a history page that MySQL may not hold yet, newest first, and what has left it. */
  async waiting(
    caller: Caller,
    question: HistoryQuestion,
  ): Promise<Admission<{ items: HeldItem[]; gone: string[] }>> {
    return await this.house.admitted(caller, () => this.house.meter.waiting(question));
  }

  private sendMetrics(): void {
    sendSoon({ env: this.env, waitUntil: (work) => this.ctx.waitUntil(work) });
  }
}
