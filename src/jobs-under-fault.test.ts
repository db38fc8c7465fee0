import { afterAll, afterEach, describe, expect, it } from "vitest";
import { jobs } from "./cron.ts";
import { MINUTE_MS } from "./platform/time/instant.ts";
import { queuedActsIn } from "./testing/audit.ts";
import { fixedClock, restoreClockAfterEach } from "./testing/clock.ts";
import { dieAfter, liveOn } from "./testing/jobs/dying-worker.ts";
import { WEEK_MS } from "./testing/jobs/scenario.ts";
import { scenarios } from "./testing/jobs/scenarios/index.ts";
import { seen, trigger } from "./testing/jobs/trigger.ts";

restoreClockAfterEach();
afterEach(liveOn);
afterAll(queuedActsIn);

/** No job takes so many statements, however many accounts other tests have left to be counted. */
const MOST_DEATHS = 120;
/** Who dies so often has waited many times for a database that did not answer. */
const DEATHS_TIMEOUT_MS = 60_000;

it("every job of the cron has something here that it must come to, and nothing else has", () => {
  expect([...new Set(scenarios.map(({ job }) => job))].sort()).toEqual(Object.keys(jobs).sort());
});

describe.each(scenarios)("$job, with $what", ({ job, prepare, perfect, week_late = perfect }) => {
  it("comes to what it is for, however often and at once it runs", async () => {
    const clock = fixedClock(0);
    const { due, look } = await prepare(clock);
    clock.set(due);
    await Promise.all([trigger(job, due), trigger(job, due)]);
    await trigger(job, due);
    expect(await seen(look, perfect)).toEqual(perfect);
    clock.advance(15 * MINUTE_MS);
    await Promise.all([trigger(job, clock.now()), trigger(job, clock.now())]);
    expect(await seen(look, perfect)).toEqual(perfect);
  });

  it("comes to the same after a week without it", async () => {
    const clock = fixedClock(0);
    const { due, look } = await prepare(clock);
    clock.set(due + WEEK_MS);
    await trigger(job, clock.now());
    expect(await seen(look, week_late)).toEqual(week_late);
  });

  it.each([
    ["before", false],
    ["behind", true],
  ] as const)(
    "comes to the same where it dies %s each of its steps",
    async (_when, takes_effect) => {
      const clock = fixedClock(0);
      const { due, look } = await prepare(clock);
      clock.set(due);
      let deaths = 0;
      for (let hasDied = true; hasDied; deaths += 1) {
        expect(deaths).toBeLessThan(MOST_DEATHS);
        const revive = dieAfter(deaths, takes_effect);
        await trigger(job, clock.now(), { is_dying: true });
        hasDied = await revive();
        // The next trigger comes a minute later: an hour of them must not make a reminder stale.
        clock.advance(MINUTE_MS);
      }
      expect(deaths).toBeGreaterThan(3);
      // What the dead held is free by now.
      clock.advance(15 * MINUTE_MS);
      await trigger(job, clock.now());
      expect(await seen(look, perfect)).toEqual(perfect);
    },
    DEATHS_TIMEOUT_MS,
  );
});
