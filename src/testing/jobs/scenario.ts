import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { jobContext } from "../../platform/context.ts";
import { DAY_MS } from "../../platform/time/instant.ts";
import type { fixedClock } from "../clock.ts";

export const WEEK_MS = 7 * DAY_MS;

export type TestClock = ReturnType<typeof fixedClock>;

/** A job's work, and what it comes to. */
export type Work = {
  /** When its trigger is due. */
  due: number;
  /** What there is of that work now; of nobody else's. */
  look: () => Promise<unknown>;
};

/** Something that a job of the cron has to do. */
export type Scenario = {
  /** Its name in `cron.ts`. */
  job: string;
  what: string;
  prepare: (clock: TestClock) => Promise<Work>;
  /** What a run comes to on time. */
  perfect: unknown;
  /** What it comes to a week late, where that is not the same. */
  week_late?: unknown;
};

/** The database behind the Worker under test. */
export const db = () => jobContext(env, createExecutionContext(), "test").db;

/** So many stretches of days apart from each other, one a call: nobody else's rows lie in them. */
export function stretches(from: string, days: number): () => number {
  let next = Date.parse(from);
  return () => {
    const start = next;
    next += days * DAY_MS;
    return start;
  };
}
