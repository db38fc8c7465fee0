import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "../../../local/demo/random.ts";
import type { HardStack } from "../hard-stack.ts";
import { evict, type Victim } from "../evict.ts";
import { FAULTS } from "../usage/trouble.ts";
import type { PostLedger } from "./post-ledger.ts";
import type { World } from "./world.ts";

/** So much of the usual share: with more, no transaction of six statements would ever end. */
const FAULTS_SHARE = 0.2;
const LONGEST_OUTAGE_MS = 2_500;
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
    repeat(20, 200, async () => {
      if (await evict(stack, anyVictim(tools))) troubles.evicted += 1;
    }),
    repeat(1_000, 4_000, async () => {
      // Twice at once is no more than once.
      await Promise.all([tools.cron(), tools.cron()]);
      troubles.crons += 2;
    }),
    repeat(2_000, 9_000, async () => await kill(tools)),
  ]);
  faults.clear();
}

function anyVictim({ world, chance }: Tools): Victim {
  return chance.happens(0.4)
    ? { namespace: "BOARD", name: chance.pick(world.contests).id }
    : { namespace: "USER", name: chance.pick(world.members).phone.user_id };
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
