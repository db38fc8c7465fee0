import type { Config } from "@planetscale/database";
import { stopwatch } from "../clock.ts";
import type { WorkLog } from "../log.ts";

/** How long one trip to MySQL may take, in ms. */
export const TRIP_TIMEOUT_MS = 3_000;
const ROLLBACK_MS = 500;
const RETRY_PAUSES_MS = [50, 200];

export type TripRules = {
  log: WorkLog;
  /** No trip begins, or is waited for, beyond this many ms after the work began. */
  deadline_ms: number;
  /** Lets work go on behind the answer; a failure is logged under `event`. */
  afterwards: (event: string, work: Promise<unknown>) => void;
};

type Fetch = NonNullable<Config["fetch"]>;
type Init = Parameters<Fetch>[1];

/**
 * Gives the fetch that the driver uses: every trip has a time-out and is counted, and a plain SELECT
 * outside a transaction is tried up to twice more, since only that is safe to repeat unseen.
 */
export function guardedFetch(rules: TripRules): Fetch {
  return async (url, init) => {
    const pauses = isRepeatable(init?.body ?? "") ? RETRY_PAUSES_MS : [];
    for (let attempt = 0; ; attempt += 1) {
      const pause = pauses[attempt];
      try {
        const response = await trip(url, init, rules);
        if (pause === undefined || response.status < 500) return response;
      } catch (error) {
        if (pause === undefined || rules.log.elapsed() + pause >= rules.deadline_ms) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
}

async function trip(url: string, init: Init, rules: TripRules): Promise<Response> {
  const left = rules.deadline_ms - rules.log.elapsed();
  // A transaction that is not rolled back holds its locks for 20 s: that is worth half a second.
  const least = init?.body.startsWith('{"query":"ROLLBACK"') ? ROLLBACK_MS : 1;
  const signal = AbortSignal.timeout(Math.max(least, Math.min(TRIP_TIMEOUT_MS, left)));
  const from = stopwatch();
  try {
    const response = await fetch(url, { ...(init as RequestInit), signal });
    // The body is read here, so that the time-out covers it too.
    return new Response(await response.text(), {
      status: response.status,
      headers: response.headers,
    });
  } finally {
    rules.log.count("mysql", stopwatch() - from);
  }
}

function isRepeatable(body: string): boolean {
  return (
    /^\{"query":"\s*select\b/i.test(body) &&
    body.endsWith('"session":null}') &&
    !/for update/i.test(body)
  );
}
