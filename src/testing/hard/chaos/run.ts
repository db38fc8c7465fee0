import { setTimeout as pause } from "node:timers/promises";
import { chanceOf } from "../../../local/demo/random.ts";
import type { HardStack } from "../hard-stack.ts";
import { differencesOf } from "../usage/agreement.ts";
import { LATEST_STATEMENT_MS } from "../usage/trouble.ts";
import { compareContest } from "./compare-boards.ts";
import { compareMails, sendTheRest } from "./compare-mails.ts";
import { comparePerson, learn } from "./compare-people.ts";
import { cronOf, live, moveIn, QUIET_PEOPLE } from "./crowd.ts";
import { PostLedger } from "./post-ledger.ts";
import { confirmPeople, registerPeople } from "./registrants.ts";
import type { Quiet } from "./seeding.ts";
import { makeTrouble, Troubles } from "./trouble.ts";
import type { Viewer } from "./viewer.ts";
import type { Finding, World } from "./world.ts";

/** How long a run's heal and comparison may take, in s: no own day turns until then. */
const AFTER_S = 240;
/** Until when everything must agree once all is whole again, in ms. */
const AGREED_MS = 40_000;
const PROGRESS_MS = 5_000;

/** What a run found, and what it did. */
export type Outcome = { findings: Finding[]; counts: Record<string, number> };

/** One run of so many seconds by a seed: tells `log` how far it is, breaks everything, heals it, compares. */
export async function runChaos(
  stack: HardStack,
  seed: number,
  seconds: number,
  log: (line: string) => void,
): Promise<Outcome> {
  const begun = Date.now();
  const until_s = Math.floor(begun / 1_000) + seconds + AFTER_S;
  log(`chaos ${seed}: people move in`);
  const crowd = await moveIn(stack, seed, seconds, until_s);
  const { world, quiet, viewers } = crowd;
  const { tally } = world;

  const ledger = new PostLedger(chanceOf(seed + 1));
  ledger.attach(stack);
  const troubles = new Troubles();
  const cron = cronOf(stack, begun);
  const tools = { stack, world, ledger, cron, chance: chanceOf(seed + 3), troubles };
  const watching = Promise.all(viewers.map(async (viewer) => await viewer.watch()));
  const broken_from = Date.now();
  const deadline = broken_from + seconds * 1_000;
  const progress = setInterval(
    () => log(progressLine(seed, seconds, broken_from, world, troubles, viewers)),
    PROGRESS_MS,
  );
  try {
    const registering = registerPeople(stack, QUIET_PEOPLE, seconds * 1_000, chanceOf(seed + 2));
    await Promise.all([
      makeTrouble(tools, deadline).then(() => {
        world.isHealed = true;
      }),
      live(crowd, deadline),
    ]);
    const registrants = await registering;
    const healed_at = Date.now();
    stack.mail.faults.pick = () => null;
    log(`chaos ${seed}: all is whole again; comparing`);

    const agreed_by = healed_at + AGREED_MS;
    await Promise.all(world.members.map(async (member) => await learn(stack, world, member)));
    let compared = 0;
    for (const member of world.members) {
      compared += await comparePerson(stack, world, member, agreed_by);
    }
    for (const contest of world.contests) {
      const watchers = viewers.filter((viewer) => viewer.contest === contest);
      compared += await compareContest(stack, world, contest, watchers, agreed_by);
    }
    await sendTheRest(stack, healed_at, cron);
    const mailed = await compareMails(stack, world, ledger, quiet, registrants, Date.now() + 5_000);
    await confirmPeople(stack, world, registrants);
    await compareResults(stack, world, quiet);
    // Once more, when the last statement that was given up has been run: it must change nothing.
    await pause(Math.max(0, healed_at + LATEST_STATEMENT_MS + 1_000 - Date.now()));
    if (world.findings.length === 0) {
      for (const member of world.members) await comparePerson(stack, world, member, 0);
    }
    for (const wrong of tally.wrong) {
      world.differ({
        who: "a phone",
        where: "receipts",
        expected: "the model's",
        found: wrong,
        why: [],
      });
    }
    const counts = {
      seconds,
      calls: tally.items,
      items: world.members.reduce((sum, { model }) => sum + model.size, 0),
      acts: world.acts,
      cut_off: tally.cut_off,
      unavailable: tally.unavailable,
      never_heard: tally.forgotten,
      ...troubles,
      mail_faults: [...ledger.modes.values()].reduce((sum, times) => sum + times, 0),
      connections: viewers.reduce((sum, viewer) => sum + viewer.connections, 0),
      frames: viewers.reduce((sum, viewer) => sum + viewer.frames, 0),
      contests: world.contests.length,
      alerts: world.members.reduce((sum, { limits }) => sum + limits.alerts.size, 0),
      mails: mailed.rows,
      doubled: mailed.doubled,
      compared,
      all_s: Math.round((Date.now() - begun) / 1_000),
    };
    return { findings: world.findings, counts };
  } finally {
    clearInterval(progress);
    stack.planetscale.faults.clear();
    for (const viewer of viewers) viewer.close();
    await watching;
  }
}

function progressLine(
  seed: number,
  seconds: number,
  from: number,
  world: World,
  troubles: Troubles,
  viewers: readonly Viewer[],
): string {
  const { tally, contests, findings } = world;
  const frames = viewers.reduce((sum, viewer) => sum + viewer.frames, 0);
  return [
    `chaos ${seed}: ${Math.round((Date.now() - from) / 1_000)} of ${seconds} s`,
    `${Math.round(tally.progress * 100)} % of the phones' calls, ${world.acts} other acts, ${contests.length} contests`,
    `${troubles.worker_kills} kills of workerd, ${troubles.database_kills} of the database, ${troubles.evicted} objects evicted, ${troubles.faults} faults`,
    `${tally.cut_off} calls cut off, ${tally.unavailable} put off, ${frames} frames`,
    ...(findings.length > 0 ? [`${findings.length} WRONG`] : []),
  ].join("; ");
}

/** The final board of those who reported nothing: all of them share the first rank. */
async function compareResults(
  stack: HardStack,
  world: World,
  { final_id, finalists }: Quiet,
): Promise<void> {
  const { rows } = await stack.database_client.execute(
    "select user_id, final_rank, score from challenge_results where challenge_id = ?",
    [final_id],
  );
  const found = rows as { user_id: string; final_rank: number; score: number }[];
  const expected = finalists.map(({ id }) => [id, "rank 1, 72000 s"] as const);
  const differences = differencesOf(
    `MySQL, challenge_results of ${final_id}`,
    Object.fromEntries(expected),
    Object.fromEntries(
      found.map(({ user_id, final_rank, score }) => [user_id, `rank ${final_rank}, ${score} s`]),
    ),
  );
  for (const difference of differences) {
    const why = ["five days without a report count 14,400 s each"];
    world.differ({ who: "a finalist", ...difference, why });
  }
}
