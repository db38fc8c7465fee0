import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { faultsIn } from "../../../local/bench/fault-log.ts";
import { chanceOf } from "../../../local/demo/random.ts";
import { freePort } from "../../../local/ports.ts";
import { cronOf, live, moveIn, type Crowd } from "../chaos/crowd.ts";
import { reportOf } from "../chaos/report.ts";
import { startHardStack, type HardStack } from "../hard-stack.ts";
import { MailLedger } from "../mail-ledger.ts";
import { Scales } from "../memory.ts";
import { runLane } from "../usage/lane.ts";
import { planPerson } from "../usage/plan.ts";
import { rowsOf } from "../usage/stored.ts";
import { FAULTS } from "../usage/trouble.ts";
import { outburstsIn } from "./outbursts.ts";
import { secondHalf, slopePerMinute, type Sample } from "./slope.ts";

/** Of all statements, and of all calls to Postmark. */
const FAULTS_SHARE = 0.01;
/** A leak of 1 MiB a minute must not go unseen. */
const MOST_MIB_A_MINUTE = 0.8;
/** Items of each person; at 236 bytes each, more than the 2 MB that storage keeps in memory of an object. */
const BACKLOG = 12_000;
const PEOPLE = 6;
const SAMPLE_MS = 10_000;
const CRON_MS = 10_000;
const PROGRESS_EVERY = 3;
const QUIET_AFTER_S = 600;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, seed: { type: "string", default: "1" } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("npm run soak -- [--minutes 10] [--seed 1]");
  process.exit(2);
}

/**
 * Memory of storage grows with what is stored, up to the size of its cache: each object is filled that
 * far first, so that what grows afterwards is a leak.
 */
async function bringBacklogs(stack: HardStack, { world }: Crowd, now_s: number): Promise<void> {
  await Promise.all(
    world.members.map(async ({ phone, plan, model, gate }, n) => {
      const chance = chanceOf(seed + 100 + n);
      const { rules } = plan;
      const backlog = planPerson(chance, n + 100, BACKLOG, now_s, { rules, sizes: [500] });
      const pace = {
        longest_pause_ms: 0,
        around: async (step: () => Promise<void>) => await gate.together(step),
      };
      for (const lane of backlog.lanes)
        await runLane(phone, lane, model, chance, world.tally, pace);
    }),
  );
  const ids = world.members.map(({ phone }) => phone.user_id);
  const known = world.members.reduce((sum, { model }) => sum + model.size, 0);
  for (let stored = 0; stored < known;) {
    await pause(1_000);
    const [row] = await rowsOf<{ stored: string }>(
      stack.planetscale.url,
      `select count(*) as stored from activities where user_id in (${ids.map(() => "?").join(", ")})`,
      ids,
    );
    stored = Number(row?.stored);
  }
}

/** Mixed traffic with faults for as long as asked for; gives how much memory workerd held meanwhile, in MiB. */
async function soak(stack: HardStack, scales: Scales): Promise<Sample[]> {
  const seconds = minutes * 60;
  const begun = Date.now();
  const crowd = await moveIn(stack, seed, seconds, begun / 1_000 + seconds + QUIET_AFTER_S, PEOPLE);
  const { world, viewers } = crowd;
  console.log(`soak: everybody brings ${BACKLOG} items of before`);
  await bringBacklogs(stack, crowd, Math.floor(begun / 1_000));
  const ledger = new MailLedger(chanceOf(seed + 1), { calls: FAULTS_SHARE, messages: 0 });
  stack.mail.faults.pick = (subject) => ledger.pick(subject);
  const shares = FAULTS.reduce((sum, { share }) => sum + share, 0);
  stack.planetscale.faults.set(
    FAULTS.map((fault) => ({ ...fault, share: (fault.share * FAULTS_SHARE) / shares })),
  );
  const samples: Sample[] = [];
  let isOver = false;
  const from = Date.now();
  const watching = viewers.map(async (viewer) => await viewer.watch());
  const cron = cronOf(stack, begun);
  const firing = (async () => {
    while (!isOver) {
      await cron();
      await pause(CRON_MS);
    }
  })();
  const sampling = (async () => {
    for (let n = 1; !isOver; n += 1) {
      const held = await scales.weigh();
      samples.push({ at: Date.now(), value: held.process });
      if (n % PROGRESS_EVERY === 0) {
        const at = ((Date.now() - from) / 60_000).toFixed(1);
        const { items, unavailable } = world.tally;
        console.log(
          `soak: ${at} of ${minutes} min; workerd ${held.process.toFixed(0)} MiB, ${held.heap.toFixed(1)} of them JavaScript's; ${items} items, ${world.acts} other acts, ${unavailable} calls put off, ${stack.planetscale.faults.injected} faults`,
        );
      }
      await pause(SAMPLE_MS);
    }
  })();
  await live(crowd, from + seconds * 1_000);
  isOver = true;
  for (const viewer of viewers) viewer.close();
  await Promise.all([firing, sampling, ...watching]);
  for (const wrong of world.tally.wrong) {
    world.differ({
      who: "a phone",
      where: "receipts",
      expected: "the model's",
      found: wrong,
      why: [],
    });
  }
  if (world.findings.length > 0) throw new Error(reportOf(world.findings, seed, seconds));
  return samples;
}

console.log(
  `soak: ${minutes} minutes of mixed traffic, ${FAULTS_SHARE * 100} % faults, seed ${seed}`,
);
const inspector_port = await freePort();
const stack = await startHardStack({ SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" }, { inspector_port });
try {
  const samples = await soak(stack, await Scales.open(stack, inspector_port));
  const log = await readFile(stack.log_file, "utf8");
  const outbursts = outburstsIn(log);
  const settled = secondHalf(samples);
  const slope = slopePerMinute(settled);
  const held = settled.map(({ value }) => value);
  console.log("what the Worker caught:", faultsIn(log));
  console.log(
    `soak: workerd held ${Math.min(...held).toFixed(0)} to ${Math.max(...held).toFixed(0)} MiB in the second half, ${slope.toFixed(2)} MiB a minute more (must be ≤ ${MOST_MIB_A_MINUTE}); ${outbursts.length} errors that nobody caught (must be 0)`,
  );
  for (const message of outbursts.slice(0, 20)) console.error(`  ${message}`);
  if (!(slope <= MOST_MIB_A_MINUTE) || outbursts.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await stack.stop();
}
process.exit();
