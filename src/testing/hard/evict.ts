import type { Stack } from "../../local/stack.ts";

/** An object that is busy is not evicted before it has answered; nobody waits for that. */
const EVICTION_MS = 2_000;

/** Which object; its name is as the Worker gives it. */
export type Victim = { namespace: "USER" | "BOARD" | "RELAY"; name: string };

/**
 * Puts an object of a stack that can evict out of memory; its sockets stay. Gives whether it was: while
 * the Worker is away, there is nothing to evict.
 */
export async function evict({ worker }: Pick<Stack, "worker">, victim: Victim): Promise<boolean> {
  const url = `${worker.url}/cdn-cgi/handler/evict?${new URLSearchParams(victim).toString()}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(EVICTION_MS) }).catch(() => null);
  await answer?.text().catch(() => undefined);
  return answer?.status === 200;
}
