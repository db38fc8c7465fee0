import { setTimeout as pause } from "node:timers/promises";
import { send } from "./wire.ts";

const PAUSE_MS = 25;

/**
 * Measures, until `work` is done, how long an answer takes that needs no other part: what a request
 * took longer than it should because the machine had no time for anybody. Gives the longest, in ms.
 */
export async function withMachine<T>(
  api_url: string,
  work: () => Promise<T>,
): Promise<{ result: T; machine_ms: number }> {
  let isOver = false;
  let machine_ms = 0;
  const ask = { method: "GET", path: "/api/health", headers: {}, body: undefined };
  const watching = (async () => {
    while (!isOver) {
      machine_ms = Math.max(machine_ms, (await send(api_url, ask)).ms);
      await pause(PAUSE_MS);
    }
  })();
  const result = await work().finally(() => {
    isOver = true;
  });
  await watching;
  return { result, machine_ms };
}
