import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceOf } from "../../local/demo/random.ts";
import { freePort } from "../../local/ports.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { apiDifferences, mySqlDifferences, untilAgreed } from "./usage/agreement.ts";
import { runLane, Tally } from "./usage/lane.ts";
import { settle } from "./usage/people.ts";
import { PEOPLE, planPerson } from "./usage/plan.ts";
import { LATEST_STATEMENT_MS, makeTrouble } from "./usage/trouble.ts";

/** `SEED=… npm run test:hard` repeats a run; without it, one that is always the same and a fresh one. */
const given = process.env["SEED"];
const SEEDS = given === undefined ? [20_261_122, Date.now() % 2 ** 31] : [Number(given)];
const ITEMS_EACH = 600;
/** Until when everything must stand in MySQL once it is quiet, in ms. */
const QUIET_MS = 40_000;

let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-truth-"));
  stack = await startStack({
    folder,
    port: await freePort(),
    mail_port: 0,
    bindings: { SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" },
    can_evict: true,
    log: () => undefined,
  });
});

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("what phones reported through crashes, evictions, outages and faults", () => {
  it.each(SEEDS)(
    "stands in MySQL, in the objects and in the answers as a model counts it (seed %i)",
    async (seed) => {
      const begun = Date.now();
      const now_s = Math.floor(begun / 1_000);
      const chance = chanceOf(seed);
      const plans = Array.from({ length: PEOPLE }, (_, index) =>
        planPerson(chance, index, ITEMS_EACH, now_s),
      );
      const people = await Promise.all(plans.map(async (plan) => await settle(stack, plan)));
      const tally = new Tally(plans.flatMap(({ lanes }) => lanes).flat().length);
      const sending = Date.now();
      const [troubles] = await Promise.all([
        makeTrouble(
          stack,
          tally,
          people.map(({ phone }) => phone.user_id),
          chanceOf(seed),
        ),
        ...people.flatMap(({ phone, plan, model }, person) =>
          plan.lanes.map(async (steps, lane) => {
            const own = chanceOf(seed + person * 10 + lane + 1);
            await runLane(phone, steps, model, own, tally);
          }),
        ),
      ]);
      const quiet = Date.now();
      expect(tally.wrong).toEqual([]);
      const truths = people.map(({ phone, model }) => ({ phone, expected: model.expected() }));
      for (const truth of truths) {
        const ask = async () => await mySqlDifferences(stack, truth);
        expect(await untilAgreed(ask, quiet + QUIET_MS)).toEqual([]);
      }
      const agreed = Date.now();
      const told = truths.map(async (truth) => await apiDifferences(truth, tally));
      expect((await Promise.all(told)).flat()).toEqual([]);
      // Once more, when the last statement that was given up has been run: it must change nothing.
      await pause(Math.max(0, quiet + LATEST_STATEMENT_MS + 1_000 - Date.now()));
      for (const truth of truths) expect(await mySqlDifferences(stack, truth)).toEqual([]);

      const stored = people.reduce((sum, { model }) => sum + model.size, 0);
      const { wrong: _none, ...counts } = tally;
      console.info(
        JSON.stringify({
          seed,
          stored,
          ...counts,
          ...troubles,
          settled_s: (sending - begun) / 1_000,
          sent_s: (quiet - sending) / 1_000,
          agreed_s: (agreed - quiet) / 1_000,
          all_s: (Date.now() - begun) / 1_000,
        }),
      );
      expect(stored).toBeGreaterThanOrEqual(10_000);
      expect(tally.cut_off).toBeGreaterThan(0);
      expect(tally.duplicates).toBeGreaterThan(0.08 * tally.items);
      expect(troubles.faults).toBeGreaterThan(0);
      expect(troubles.evicted).toBeGreaterThan(0);
    },
  );
});
