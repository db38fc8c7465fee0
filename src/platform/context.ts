import type { Bindings } from "./bindings.ts";
import { clock, type Clock } from "./clock.ts";
import { createDb, type Db } from "./db/database.ts";
import { loadConfig, type Config } from "./env.ts";
import { logFault, WorkLog } from "./log.ts";
import type { Instant } from "./time/instant.ts";

export type Role = "user" | "admin";

/** Who does it. */
export type Actor =
  | { type: "anonymous" }
  | {
      type: "user";
      user_id: string;
      session_id: string;
      role: Role;
      /** Of the access token. */ expires_at: Instant;
    }
  | { type: "system"; job: string };

/** Where a call came from, as far as the audit and the sessions list keep it. */
export type Origin = {
  request_id: string;
  ip: string | null;
  user_agent: string | null;
  /** Where a new object is best placed, derived from the caller's place on Earth. */
  location_hint: DurableObjectLocationHint | null;
};

/** How much of a user's exact rate limit is left, as their object counted it. */
export type Quota = {
  limit: number;
  window_seconds: number;
  remaining: number;
  reset_seconds: number;
};

/** A call that its caller wants done once, under an `Idempotency-Key`. */
export type Once = {
  /** What the call creates gets this id: the same one at every try of the key. */
  entity_id: string;
  /** Whether an earlier try may have done some of the work: nobody heard how it ended. */
  is_resumed: boolean;
};

/** Everything a use case may touch besides its input. */
export type Context<By extends Actor = Actor> = {
  readonly actor: By;
  readonly clock: Clock;
  readonly config: Config;
  readonly log: WorkLog;
  /** Opened at first use: a call that needs no MySQL opens nothing. */
  readonly db: Db;
  readonly bindings: Bindings;
  readonly origin: Origin;
  /** Filled by the call to the user's object; the edge makes headers of it. */
  readonly quota: { current: Quota | null };
  /** Filled where the caller sent an `Idempotency-Key`; `createdId` reads it. */
  readonly once: { current: Once | null };
  /** Ms after the work's start at which it stops waiting for MySQL and for objects. */
  readonly deadline_ms: number;
  /** Lets `work` go on after the answer; a failure is logged under `event`, never thrown. */
  readonly afterwards: (event: string, work: Promise<unknown>) => void;
};

export type UserContext = Context<Extract<Actor, { type: "user" }>>;

type Parts<By extends Actor> = {
  env: Env;
  actor: By;
  log: WorkLog;
  origin: Origin;
  deadline_ms: number;
  waitUntil: (work: Promise<unknown>) => void;
  /** Another clock than the process's: a job's instant is its trigger's. */
  clock?: Clock;
  quota?: { current: Quota | null };
};

/** Builds a context from its parts; the builders of the edges (request, job, object) call it. */
export function buildContext<By extends Actor>(parts: Parts<By>): Context<By> {
  const config = loadConfig(parts.env);
  let db: Db | null = null;
  const afterwards: Context["afterwards"] = (event, work) =>
    parts.waitUntil(work.catch((error: unknown) => logFault(event, error)));
  return {
    actor: parts.actor,
    clock: parts.clock ?? clock,
    config,
    log: parts.log,
    get db() {
      return (db ??= createDb(config.PLANETSCALE_URL, {
        log: parts.log,
        deadline_ms: parts.deadline_ms,
        afterwards,
      }));
    },
    bindings: parts.env,
    origin: parts.origin,
    quota: parts.quota ?? { current: null },
    once: { current: null },
    deadline_ms: parts.deadline_ms,
    afterwards,
  };
}

/** The same work with another deadline, `wait_ms` from now: the time a caller takes to send is theirs. */
export function withNewDeadline<Ctx extends Context>(ctx: Ctx, wait_ms: number): Ctx {
  const deadline_ms = ctx.log.elapsed() + wait_ms;
  const { log, afterwards } = ctx;
  const db = createDb(ctx.config.PLANETSCALE_URL, { log, deadline_ms, afterwards });
  return { ...ctx, deadline_ms, db };
}

const nowhere: Origin = { request_id: "-", ip: null, user_agent: null, location_hint: null };

/** A job may wait long for MySQL: nobody is waiting for it. */
const JOB_DEADLINE_MS = 10 * 60_000;
/** An object's own work gives up on MySQL soon and is tried again by its alarm. */
const OBJECT_DEADLINE_MS = 20_000;

/** The context of a cron or queue job, whose `now` is the trigger's instant and not the clock's. */
export function jobContext(
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  job: string,
  instant?: Instant,
): Context {
  return buildContext({
    env,
    actor: { type: "system", job },
    log: new WorkLog(),
    origin: nowhere,
    deadline_ms: JOB_DEADLINE_MS,
    waitUntil: (work) => ctx.waitUntil(work),
    ...(instant === undefined ? {} : { clock: { now: () => instant } }),
  });
}

/** The context of one piece of work inside a Durable Object. */
export function objectContext(
  env: Env,
  ctx: Pick<DurableObjectState, "waitUntil">,
  job: string,
  deadline_ms: number = OBJECT_DEADLINE_MS,
): Context {
  return buildContext({
    env,
    actor: { type: "system", job },
    log: new WorkLog(),
    origin: nowhere,
    deadline_ms,
    waitUntil: (work) => ctx.waitUntil(work),
  });
}
