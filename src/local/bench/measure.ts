import type { Ask, HttpClient } from "./client.ts";
import { closedLoop } from "./closed-loop.ts";
import { percentilesOf } from "./percentiles.ts";
import type { Phase } from "./phases.ts";
import { cpuBetween, type PhaseResult } from "./results.ts";
import type { Stack } from "./stack.ts";

/** Of the measured time, how long the phase runs before to show its pace. */
const TRIAL = 0.2;
/** An object falls asleep 10 s after its last call: everybody's turn comes again sooner than this. */
const ROUND_SECONDS = 2;
const FEWEST_PEOPLE = 50;
/** A phase may turn out faster than its trial. */
const MARGIN = 1.5;

/** Spreads requests over so many people at most, waits until they may send them, and gives how many. */
export type Spread = (people: number, requests: number) => Promise<number>;

/**
 * Measures a phase. A trial shows its pace, by which is decided over how many people it is spread;
 * each of them asks once, to be awake; the stack comes to rest; and what follows is measured, until it
 * rests again: so a request is charged with the flush that follows it. A phase of `once` is not warmed
 * up at all: everybody asks once, after so long a rest that all objects sleep.
 */
export async function measure(
  stack: Stack,
  client: HttpClient,
  phase: Phase,
  given: { seconds: number; connections: number; spread: Spread },
): Promise<PhaseResult> {
  const connections = Math.min(given.connections, phase.connections ?? given.connections);
  const { next, expected_status } = phase;
  const loop = { client, connections, next, expected_status };
  const failures: Record<string, number> = {};
  let people: number | null = null;
  if (!phase.once) {
    const trial = await closedLoop({ ...loop, seconds: given.seconds * TRIAL });
    addUp(failures, trial.failures);
    if (phase.spread) {
      const pace = trial.durations_ms.length / trial.seconds;
      const wanted = Math.max(FEWEST_PEOPLE, Math.ceil(pace * ROUND_SECONDS));
      people = await given.spread(wanted, pace * given.seconds * MARGIN);
      const waking = await closedLoop({ ...loop, seconds: Infinity, next: atMost(people, next) });
      addUp(failures, waking.failures);
    }
  }
  await stack.settled();
  if (phase.once) await stack.asleep();

  const cpuBefore = stack.cpuTime();
  const statementsBefore = await stack.statements();
  const seconds = phase.once ? Infinity : given.seconds;
  const measured = await closedLoop({ ...loop, seconds });
  await stack.settled();
  addUp(failures, measured.failures);
  if (measured.ended_early && !phase.once) failures["nobody may send any more"] = 1;
  const { durations_ms } = measured;
  const requests = durations_ms.length;
  return {
    name: phase.name,
    title: phase.title,
    people: phase.once ? measured.durations_ms.length : people,
    requests,
    seconds: measured.seconds,
    per_second: requests / measured.seconds,
    items_per_second: phase.items === null ? null : (requests * phase.items) / measured.seconds,
    latency_ms: percentilesOf(durations_ms),
    cpu_ms: cpuBetween(cpuBefore, stack.cpuTime(), requests),
    statements: ((await stack.statements()) - statementsBefore) / Math.max(1, requests),
    failures,
    faults: await stack.faults(),
  };
}

function atMost(times: number, next: () => Ask | null): () => Ask | null {
  let left = times;
  return () => {
    left -= 1;
    return left < 0 ? null : next();
  };
}

function addUp(sum: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [kind, times] of Object.entries(more)) sum[kind] = (sum[kind] ?? 0) + times;
}
