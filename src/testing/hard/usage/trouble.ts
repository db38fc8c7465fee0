import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "../../../local/demo/random.ts";
import type { Stack } from "../../../local/stack.ts";
import { evict } from "../evict.ts";
import type { Tally } from "./lane.ts";

/** A statement that was given up may still be run so long after it was sent, behind newer ones. */
export const LATEST_STATEMENT_MS = 8_000;
/** So many evict at once, each after a pause of at most so long: a busy object keeps one waiting. */
const EVICTORS = 6;
const LONGEST_PEACE_MS = 200;

/** Faults of every kind; nearly every second statement meets one. */
export const FAULTS = [
  { mode: "refused", share: 0.05 },
  { mode: "hung", share: 0.02 },
  { mode: "cut_off", share: 0.05, when: "after" },
  { mode: "server_error", share: 0.05 },
  { mode: "html", share: 0.04 },
  { mode: "too_many", share: 0.04 },
  { mode: "broken_json", share: 0.06, when: "after" },
  { mode: "slow", share: 0.05, delay_ms: 1_000 },
  { mode: "slow", share: 0.08, delay_ms: LATEST_STATEMENT_MS },
  { mode: "slow", share: 0.03, delay_ms: 4_000, when: "after" },
  { mode: "lost", share: 0.1 },
  { mode: "deadlock", share: 0.06 },
  { mode: "lock_wait", share: 0.04 },
] as const;

export type Troubles = {
  worker_kills: number;
  database_kills: number;
  faults: number;
  evicted: number;
};

/**
 * Makes trouble while the phones send, by how far they are: workerd is killed five times (once with
 * the database away), the database once, and on the second half of the way statements fail on order;
 * all the way the objects of these people are evicted at random.
 */
export async function makeTrouble(
  stack: Stack,
  tally: Tally,
  user_ids: readonly string[],
  chance: Chance,
): Promise<Troubles> {
  const troubles: Troubles = { worker_kills: 0, database_kills: 0, faults: 0, evicted: 0 };
  const evictAtRandom = async () => {
    while (tally.progress < 1) {
      await pause(chance.whole(20, LONGEST_PEACE_MS));
      const victim = { namespace: "USER", name: chance.pick(user_ids) } as const;
      if (await evict(stack, victim)) troubles.evicted += 1;
    }
  };
  const killWorker = async () => {
    await stack.worker.kill("SIGKILL");
    await stack.worker.restarted();
    troubles.worker_kills += 1;
  };
  const acts: [number, () => Promise<void>][] = [
    [0.1, killWorker],
    [
      0.2,
      async () => {
        await stack.database.kill("SIGKILL");
        troubles.database_kills += 1;
      },
    ],
    [0.25, killWorker],
    [0.35, async () => await stack.database.restart()],
    [0.4, killWorker],
    [0.5, async () => await orderFaults(stack, "POST")],
    [0.6, killWorker],
    [0.85, killWorker],
    [0.9, async () => await orderFaults(stack, "DELETE")],
  ];
  const before = stack.planetscale.faults.injected;
  const evicting = Promise.all(Array.from({ length: EVICTORS }, evictAtRandom));
  for (const [goal, act] of acts) {
    while (tally.progress < goal) await pause(20);
    await act();
  }
  await evicting;
  troubles.faults = stack.planetscale.faults.injected - before;
  return troubles;
}

async function orderFaults(stack: Stack, method: "POST" | "DELETE"): Promise<void> {
  const { status } = await fetch(`http://127.0.0.1:${stack.planetscale.port}/_faults`, {
    method,
    ...(method === "POST" && { body: JSON.stringify(FAULTS) }),
  });
  if (status >= 300) throw new Error(`/_faults answered ${status}`);
}
