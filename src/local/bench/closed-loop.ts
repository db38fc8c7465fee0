import type { Answer, Ask, HttpClient } from "./client.ts";

/** What a loop measured. */
export type LoopResult = {
  /** From the first request to the last answer. */
  seconds: number;
  /** Of each answer that was as expected, in ms. */
  durations_ms: number[];
  /** How often each other answer came, by its status and code. */
  failures: Record<string, number>;
  /** Nobody could send any more before the time was over. */
  ended_early: boolean;
};

/**
 * Keeps `connections` requests under way until `seconds` are over: each answer is followed by the next
 * request at once. `next` makes a request, null where nobody may send one any more.
 */
export async function closedLoop(given: {
  client: HttpClient;
  connections: number;
  seconds: number;
  next: () => Ask | null;
  expected_status: number;
}): Promise<LoopResult> {
  const { client, connections, seconds, next, expected_status } = given;
  const durations_ms: number[] = [];
  const failures: Record<string, number> = {};
  let ended_early = false;
  const from = performance.now();
  const until = from + seconds * 1_000;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const ask = next();
      if (ask === null) {
        ended_early = true;
        return;
      }
      const answer = await client.send(ask);
      if (answer.status === expected_status) durations_ms.push(answer.ms);
      else {
        const kind = failureOf(answer);
        failures[kind] = (failures[kind] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return { seconds: (performance.now() - from) / 1_000, durations_ms, failures, ended_early };
}

/** Names an answer that was not expected: its status and the problem's code, or what went wrong. */
export function failureOf({ status, text }: Pick<Answer, "status" | "text">): string {
  if (status === 0) return text;
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  return code === undefined ? String(status) : `${status} ${code}`;
}
