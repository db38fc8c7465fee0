import { setTimeout as pause } from "node:timers/promises";
import { HttpClient } from "./client.ts";
import { failureOf } from "./closed-loop.ts";
import { makeCrowd, type Crowd } from "./crowd.ts";
import { LIVE_CASES, measureDelay } from "./live-delay.ts";
import { machineLine } from "./machine.ts";
import { measure } from "./measure.ts";
import type { BenchOptions } from "./options.ts";
import { floor, historyOf, phasesOf, type Phase } from "./phases.ts";
import { RequestBudget } from "./request-budget.ts";
import type { DelayResult, PhaseResult, RunResult } from "./results.ts";
import type { Stack } from "./stack.ts";
import { figure } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** Delays come a few a second: it takes longer to see enough of them. */
const LIVE_STRETCH = 3;

/** Runs the whole bench against a stack that has just started. Raises an Error where it cannot go on. */
export async function runBench(
  stack: Stack,
  options: BenchOptions,
  terminal: Terminal,
): Promise<RunResult> {
  const now = Date.now();
  const client = new HttpClient(stack.url, options.connections);
  const machine = await machineLine(stack.planetscale_url);
  const chosen = (name: string) => options.only.length === 0 || options.only.includes(name);
  const measured = async (phase: Phase): Promise<PhaseResult> => {
    terminal.step(phase.title);
    const result = await measure(stack, client, phase, options);
    terminal.step(`  ${figure(result.per_second)} a second`);
    return result;
  };

  terminal.step(`making ${options.people} people, their circles and a league`);
  const crowd = await makeCrowd(stack, options.people, now);
  const budget = new RequestBudget(options.people);
  await liveThroughHistory(client, crowd, budget, terminal);
  await stack.settled();

  const before = await measured(floor);
  const phases: PhaseResult[] = [];
  for (const phase of phasesOf(crowd, budget).filter(({ name }) => chosen(name))) {
    // No phase does more requests than the floor.
    await untilFree(budget, before.per_second * options.seconds * 1.3, terminal);
    phases.push(await measured(phase));
  }
  const after = await measured({ ...floor, title: "GET health, at the end" });

  const delays: DelayResult[] = [];
  for (const live of chosen("live") ? LIVE_CASES : []) {
    terminal.step(live.title);
    await untilFree(budget, options.people * 20, terminal);
    for (let viewer = 0; viewer < live.viewers; viewer += 1) {
      // A ticket and a socket each.
      for (const _ of ["ticket", "socket"]) budget.takeOf(viewer % options.people, performance.now());
    }
    const onProgress = (open: number) => terminal.count("viewers", open, live.viewers);
    const seconds = options.seconds * LIVE_STRETCH;
    const { url } = stack;
    delays.push(await measureDelay({ live, seconds, client, url, crowd, onProgress }));
  }
  client.close();
  return { at: new Date(now).toISOString(), machine, floor: { before, after }, phases, delays };
}

/** Everybody reports what they did before, which makes their objects and boards. */
async function liveThroughHistory(
  client: HttpClient,
  crowd: Crowd,
  budget: RequestBudget,
  terminal: Terminal,
): Promise<void> {
  const everybody = [...crowd.people, ...crowd.racers];
  const waiting = everybody.entries();
  let done = 0;
  const one = async (): Promise<void> => {
    for (const [index, person] of waiting) {
      if (index < crowd.people.length) budget.takeOf(index, performance.now());
      const answer = await client.send(historyOf(person));
      if (answer.status !== 200) throw new Error(`no history: ${failureOf(answer)}`);
      done += 1;
      terminal.count("people with a history", done, everybody.length);
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

async function untilFree(
  budget: RequestBudget,
  wanted: number,
  terminal: Terminal,
): Promise<void> {
  const now = performance.now();
  // Where even all of them have too few, the phase ends early and says so.
  const most = Math.min(wanted, budget.capacity);
  const wait = budget.waitFor(most, now);
  if (wait === 0) return;
  terminal.step(`waiting ${Math.ceil(wait / 1_000)} s: nobody may send 100 requests in 60 s`);
  await pause(wait);
}
