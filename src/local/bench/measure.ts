import type { HttpClient } from "./client.ts";
import { closedLoop } from "./closed-loop.ts";
import { percentilesOf } from "./percentiles.ts";
import type { Phase } from "./phases.ts";
import { cpuBetween, type PhaseResult } from "./results.ts";
import type { Stack } from "./stack.ts";

/** Of the measured time, how much the phase runs before. */
const WARM_UP = 0.2;

/**
 * Runs a phase: warm-up, quiet, the measured time, quiet again. CPU and statements are counted to the
 * end of the second quiet, so that a request is charged with the flush that follows it.
 */
export async function measure(
  stack: Stack,
  client: HttpClient,
  phase: Phase,
  given: { seconds: number; connections: number },
): Promise<PhaseResult> {
  const { name, title, expected_status, items, next } = phase;
  const connections = Math.min(given.connections, phase.connections ?? given.connections);
  const loop = { client, connections, next, expected_status };
  const warmUp = await closedLoop({ ...loop, seconds: given.seconds * WARM_UP });
  await stack.settled();

  const cpuBefore = stack.cpuTime();
  const statementsBefore = await stack.statements();
  const measured = await closedLoop({ ...loop, seconds: given.seconds });
  await stack.settled();
  const { durations_ms, seconds } = measured;
  const failures = { ...measured.failures };
  for (const [kind, times] of Object.entries(warmUp.failures)) {
    failures[`${kind} (warm-up)`] = times;
  }
  if (measured.ended_early) failures["ended early: every person had sent 100 requests in 60 s"] = 1;
  const requests = durations_ms.length;
  return {
    ...{ name, title, requests, seconds, failures },
    per_second: requests / seconds,
    items_per_second: items === null ? null : (requests * items) / seconds,
    latency_ms: percentilesOf(durations_ms),
    cpu_ms: cpuBetween(cpuBefore, stack.cpuTime(), requests),
    statements: ((await stack.statements()) - statementsBefore) / Math.max(1, requests),
  };
}
