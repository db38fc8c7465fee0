import { setTimeout as pause } from "node:timers/promises";
import { chanceOf, type Chance } from "../../../local/demo/random.ts";
import { inLanes } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";
import { runLane, Tally } from "../usage/lane.ts";
import type { Rule } from "../usage/own-dates.ts";
import { settle, type Person } from "../usage/people.ts";
import { planPerson, rulesOf, ZONES } from "../usage/plan.ts";
import { actOnce } from "./acts.ts";
import { Member } from "./member.ts";
import { staysWithinItsDay } from "./quiet-zones.ts";
import { announce, seedContests, seedQuiet, type Quiet } from "./seeding.ts";
import { Viewer } from "./viewer.ts";
import { World } from "./world.ts";

const PEOPLE = 16;
const VIEWERS = 10;
export const QUIET_PEOPLE = 8;
/** A person sends so many new items a second, and so makes a call about every second. */
const ITEMS_A_SECOND = 5;
const FORGOTTEN = 0.08;
const SIGN_UPS_AT_ONCE = 4;

/** A world that people have moved into, and what they will do there. */
export type Crowd = {
  world: World;
  quiet: Quiet;
  viewers: Viewer[];
  seed: number;
  seconds: number;
};

/** Has people move in who will live there for so many seconds; until `quiet_until_s` no own day of theirs turns. */
export async function moveIn(
  stack: HardStack,
  seed: number,
  seconds: number,
  quiet_until_s: number,
  people = PEOPLE,
): Promise<Crowd> {
  const now = Date.now();
  const now_s = Math.floor(now / 1_000);
  const chance = chanceOf(seed);
  const plans = Array.from({ length: people }, (_, index) =>
    planPerson(chance, index, ITEMS_A_SECOND * seconds, now_s, {
      rules: quietRules(chance, index, now_s, quiet_until_s),
      forgotten: FORGOTTEN,
    }),
  );
  const tally = new Tally(plans.flatMap(({ lanes }) => lanes).flat().length);
  const world = new World(ZONES, quiet_until_s, tally);
  const settled: Person[] = [];
  await inLanes(plans.length, SIGN_UPS_AT_ONCE, async (n) => {
    const plan = plans[n];
    if (plan) settled[n] = await settle(stack, plan);
  });
  world.members.push(...settled.map((one, n) => new Member(one, n, tally, n % 4 !== 3)));
  await seedContests(stack, world, chance, now);
  const quiet = await seedQuiet(stack, now, QUIET_PEOPLE);
  await announce(world.members);
  return { world, quiet, viewers: viewersOf(stack, world, chance, seed), seed, seconds };
}

/** Has everybody do what they do: report usage, and besides that one thing after the other until a deadline. */
export async function live({ world, seed, seconds }: Crowd, deadline: number): Promise<void> {
  await Promise.all([
    ...world.members.map(async (member, n) => {
      await actUntil(world, member, chanceOf(seed + 1_000 + n), deadline);
    }),
    ...world.members.flatMap(({ phone, plan, model, gate }, n) =>
      plan.lanes.map(async (steps, lane) => {
        const own = chanceOf(seed + 2_000 + n * 10 + lane);
        // On average half of it: together nearly all of the time there is.
        const longest_pause_ms = (1_800 * seconds) / steps.length;
        await runLane(phone, steps, model, own, world.tally, {
          longest_pause_ms,
          around: async (step) => await gate.together(step),
        });
      }),
    ),
  ]);
}

async function actUntil(
  world: World,
  member: Member,
  chance: Chance,
  deadline: number,
): Promise<void> {
  while (Date.now() < deadline) {
    await pause(chance.whole(200, 4_000));
    await actOnce(world, member, chance);
    world.acts += 1;
  }
}

/** Day rules of somebody whose day does not turn within the run. */
function quietRules(chance: Chance, index: number, now_s: number, until_s: number): Rule[] {
  for (let place = index; ; place += 1) {
    const rules = rulesOf(chance, place, now_s);
    if (staysWithinItsDay(rules, now_s, until_s)) return rules;
  }
}

function viewersOf(stack: HardStack, world: World, chance: Chance, seed: number): Viewer[] {
  const contests = world.contests.filter(({ visibility }) => visibility === "public");
  return chance
    .shuffled(world.members)
    .slice(0, VIEWERS)
    .map((member, n) => {
      const contest = contests[n % contests.length];
      if (!contest) throw new RangeError("nothing to watch");
      return new Viewer(world, stack.api_url, contest, member, chanceOf(seed + 3_000 + n));
    });
}

/** Fires the quarter-hourly cron for one window after the other; each is a window of its own. */
export function cronOf(stack: HardStack, begun: number): () => Promise<void> {
  let window = begun - 15 * 60_000;
  let fired = 0;
  return async () => {
    // Every second time the same window comes again, maybe at once.
    if (fired++ % 2 === 0) window += 60_000;
    const query = new URLSearchParams({ cron: "*/15 * * * *", time: String(window) });
    const url = `${stack.worker.url}/cdn-cgi/handler/scheduled?${query.toString()}`;
    // One that is cut off by a kill is part of the game.
    const answer = await fetch(url).catch(() => null);
    await answer?.text().catch(() => undefined);
  };
}
