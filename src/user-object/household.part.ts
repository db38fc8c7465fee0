import { mailAlert, settleRules, Vigil } from "../blocking/index.ts";
import { clock } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { logFault } from "../platform/log.ts";
import { DueJobs } from "../platform/objects/due-jobs.ts";
import type { Instant } from "../platform/time/instant.ts";
import { Meter } from "../usage/index.ts";
import type { Admission, Caller } from "../users/index.ts";
import { CodeTries } from "./code-tries.part.ts";
import { Erasure, type ErasureSteps } from "./erasure.part.ts";
import { Facts } from "./facts.part.ts";
import { Gate } from "./gate.part.ts";
import { Live } from "./live.part.ts";
import { OnceKeys } from "./once.part.ts";
import { countingOf, newsForBoards, policyFactsOf, type Person } from "./person.ts";
import { Tickets } from "./tickets.part.ts";
import { Viewing } from "./viewing.part.ts";

/** A caller waits for the facts of an unknown session: at most this long, in ms. */
const FACTS_DEADLINE_MS = 3_500;
/** An erasure may have hundreds of thousands of rows to delete, in ms; then it goes on with the next try. */
const ERASE_DEADLINE_MS = 300_000;
/** How soon what failed is tried again, in ms. */
const AGAIN_MS = 1_000;

/** What a household stands on. */
export type Home = {
  state: DurableObjectState;
  /** A context for one piece of work, which gives up on MySQL after `deadline_ms`. */
  work: (job: string, deadline_ms?: number) => Context;
  /** The use cases that it calls. */
  steps: ErasureSteps & {
    loadPerson: (ctx: Context, user_id: string) => Promise<Person | null>;
  };
};

/**
 * All parts of one user's object and how they play together: who is let in, what follows from new
 * facts, and what each job of the alarm is.
 */
export class Household {
  private readonly home: Home;
  readonly facts: Facts;
  readonly gate: Gate;
  readonly tickets: Tickets;
  readonly once: OnceKeys;
  readonly codeTries: CodeTries;
  readonly viewing: Viewing;
  readonly meter: Meter;
  readonly vigil: Vigil;
  readonly live: Live;
  readonly jobs: DueJobs;
  private readonly erasure: Erasure;

  constructor(home: Home) {
    this.home = home;
    const { state, steps } = home;
    const { storage } = state;
    this.facts = new Facts(
      storage,
      async (user_id) => await steps.loadPerson(this.work("load", FACTS_DEADLINE_MS), user_id),
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
      waitUntil: (work) => state.waitUntil(work),
    });
    this.live = new Live(state, {
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
      steps,
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

  /** Reads the user's facts anew from MySQL; says whether MySQL answered. Repeatable. */
  async reload(user_id: string): Promise<boolean> {
    if (this.erasure.isOver) return true;
    const isRead = await this.facts.reload(user_id);
    // Whoever told us hears of a failure; the facts come in all the same once MySQL is back.
    if (isRead) this.jobs.cancel("reload", user_id);
    else this.jobs.schedule("reload", clock.now() + AGAIN_MS, user_id);
    return isRead;
  }

  /** Does a caller's work once they are let in: session, account, exact rate limit. */
  async admitted<T>(caller: Caller, work: (now: Instant) => T): Promise<Admission<T>> {
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
    if (countingOf(before) !== countingOf(person)) {
      this.meter.recount(before?.day_history ?? [], clock.now());
    }
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
    this.home.state.waitUntil(
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
    return this.home.state.id.name ?? "";
  }

  private work(job: string, deadline_ms?: number): Context {
    return this.home.work(job, deadline_ms);
  }
}
