import type { Bindings } from "../bindings.ts";
import { stopwatch } from "../clock.ts";
import { loadConfig } from "../env.ts";
import { logFault } from "../log.ts";
import { gathered } from "./gathered.ts";
import { counter } from "./metric.ts";

/** How long an isolate gathers, in ms: what its death loses at most. */
export const WINDOW_MS = 5_000;
/** So much gathered is sent before the window is over. */
const MOST_OBSERVATIONS = 5_000;
/** A timer that has not come back by then died with the request that held it. */
const GIVEN_UP_MS = 3 * WINDOW_MS;

/** The one object that adds up what all isolates send. */
export const METRICS_OBJECT = "all";

const lost = counter(
  "focus_metrics_batches_lost_total",
  "Batches of counts that the object of all metrics did not confirm.",
  [],
);

type Home = { env: Pick<Bindings, "METRICS">; waitUntil: (work: Promise<unknown>) => void };

/** When the timer that runs was set, by the stopwatch; null where none runs. */
let timer_since: number | null = null;

/**
 * Has what was counted sent within 5 s, behind whatever the caller is doing: no request waits for it,
 * and of all requests and objects of an isolate one holds the timer. Where nobody can read the
 * metrics (no METRICS_TOKEN), what was counted is dropped.
 */
export function sendSoon(home: Home): void {
  if (gathered.observations === 0) return;
  if (loadConfig(home.env).METRICS_TOKEN === null) {
    gathered.take();
    return;
  }
  if (gathered.observations >= MOST_OBSERVATIONS) {
    home.waitUntil(sendNow(home.env));
    return;
  }
  const now = stopwatch();
  if (timer_since !== null && now - timer_since < GIVEN_UP_MS) return;
  timer_since = now;
  home.waitUntil(sendAfterWindow(home.env));
}

async function sendAfterWindow(env: Home["env"]): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  timer_since = null;
  await sendNow(env);
}

/**
 * Sends what was counted. A batch whose answer is lost is not sent again: better a few too little
 * than some twice. Never raises: the loss itself is counted.
 */
export async function sendNow(env: Home["env"]): Promise<void> {
  const deltas = gathered.take();
  if (deltas.length === 0 || loadConfig(env).METRICS_TOKEN === null) return;
  try {
    await env.METRICS.get(env.METRICS.idFromName(METRICS_OBJECT)).take(deltas);
  } catch (error) {
    lost.add({});
    logFault("metrics_not_sent", error, { series: deltas.length });
  }
}
