import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "../../../local/demo/random.ts";
import type { HardStack } from "../hard-stack.ts";
import { FAULTS } from "../usage/trouble.ts";
import type { PostLedger } from "./post-ledger.ts";
import type { World } from "./world.ts";

/** So much of the usual share: with more, no transaction of six statements would ever end. */
const FAULTS_SHARE = 0.2;
const LONGEST_OUTAGE_MS = 2_500;
/** An object that is busy is not evicted before it has answered; nobody waits for that. */
const EVICTION_MS = 2_000;
/** Of the kills, those that hit the database. */
const DATABASE_SHARE = 0.35;

/** What a run did to the stack. */
export class Troubles {
  worker_kills = 0;
  database_kills = 0;
  evicted = 0;
  crons = 0;
  faults = 0;
}

/** What trouble is made with: `cron` fires the next window of the quarter-hourly jobs. */
export type Tools = {
  stack: HardStack;
  world: World;
  ledger: PostLedger;
  cron: () => Promise<void>;
  chance: Chance;
  troubles: Troubles;
};

/** Breaks the stack at random until a deadline (ms since the epoch), and leaves it whole. */
export async function makeTrouble(tools: Tools, deadline: number): Promise<void> {
  const { stack, troubles, chance } = tools;
  const { faults } = stack.planetscale;
  const before = faults.injected;
  faults.set(FAULTS.map((fault) => ({ ...fault, share: fault.share * FAULTS_SHARE })));
  const repeat = async (shortest_ms: number, longest_ms: number, act: () => Promise<void>) => {
    do {
      await pause(Math.min(chance.whole(shortest_ms, longest_ms), deadline - Date.now()));
      await act();
      troubles.faults = faults.injected - before;
    } while (Date.now() < deadline);
  };
  await Promise.all([
    repeat(20, 200, async () => await evict(tools)),
    repeat(1_000, 4_000, async () => {
      // Twice at once is no more than once.
      await Promise.all([tools.cron(), tools.cron()]);
      troubles.crons += 2;
    }),
    repeat(2_000, 9_000, async () => await kill(tools)),
  ]);
  faults.clear();
}

async function evict({ stack, world, chance, troubles }: Tools): Promise<void> {
  const object = chance.happens(0.4)
    ? `BOARD&name=${chance.pick(world.contests).id}`
    : `USER&name=${chance.pick(world.members).phone.user_id}`;
  const url = `${stack.worker.url}/cdn-cgi/handler/evict?namespace=${object}`;
  // While the Worker is away, there is nothing to evict.
  const answer = await fetch(url, { signal: AbortSignal.timeout(EVICTION_MS) }).catch(() => null);
  if (answer?.status === 200) troubles.evicted += 1;
  await answer?.text().catch(() => undefined);
}

async function kill({ stack, ledger, chance, troubles }: Tools): Promise<void> {
  ledger.noteKill();
  // A server that DATABASE_URL names is not ours to kill.
  if (stack.database.kind === "private" && isForDatabase(troubles, chance)) {
    await stack.database.kill("SIGKILL");
    await pause(chance.whole(200, LONGEST_OUTAGE_MS));
    await stack.database.restart();
    troubles.database_kills += 1;
    return;
  }
  await stack.worker.kill("SIGKILL");
  await stack.worker.restarted();
  troubles.worker_kills += 1;
}

/** Whether the next kill hits the database: by chance, but each kind once, however short the run is. */
function isForDatabase({ worker_kills, database_kills }: Troubles, chance: Chance): boolean {
  const isOneMissing = (worker_kills === 0) !== (database_kills === 0);
  return isOneMissing ? database_kills === 0 : chance.happens(DATABASE_SHARE);
}
