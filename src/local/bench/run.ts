import { setTimeout as pause } from "node:timers/promises";
import { playAdmin } from "./admin/play-admin.ts";
import { playBigBoard } from "./board/big-board.ts";
import { HttpClient } from "./client.ts";
import { gather, signInFans, type Crowd } from "./crowd.ts";
import { CROWD_CASES, LIVE_CASES, measureDelay, type LiveCase } from "./live-delay.ts";
import { machineLine } from "./machine.ts";
import { measure } from "./measure.ts";
import type { BenchOptions } from "./options.ts";
import { floor, phasesOf, type Phase } from "./phases.ts";
import { RequestBudget } from "./request-budget.ts";
import { playReminderDay } from "./reminder-day.ts";
import type {
  AdminResult,
  BoardResult,
  DelayResult,
  PhaseResult,
  ReminderResult,
  RunResult,
  TurningResult,
} from "./results.ts";
import { seed } from "./seed.ts";
import type { Stack } from "./stack.ts";
import { figure } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { playTurning } from "./turning/play-turning.ts";

/** Delays come a few a second: it takes longer to see enough of them. */
const LIVE_STRETCH = 3;
/** Requests that each person may still send when a phase begins. */
const AT_LEAST = 20;

/** Starts another stack: as deployed, or so that its boards can be measured from within. */
type StartStack = (kind: "deployed" | "measured") => Promise<Stack>;

/** One run of the bench against a stack that has just started. */
export class Run {
  private readonly stack: Stack;
  private readonly startAnother: StartStack;
  private readonly options: BenchOptions;
  private readonly terminal: Terminal;
  private readonly client: HttpClient;
  private readonly budget: RequestBudget;

  constructor(stack: Stack, startAnother: StartStack, options: BenchOptions, terminal: Terminal) {
    this.stack = stack;
    this.startAnother = startAnother;
    this.options = options;
    this.terminal = terminal;
    this.client = new HttpClient(stack.url, options.connections);
    this.budget = new RequestBudget(options.people);
  }

  /** Does it all, and gives the figures. Raises an Error where it cannot go on. */
  async results(): Promise<RunResult> {
    const { stack, options } = this;
    const now = Date.now();
    const machine = await machineLine(stack.planetscale_url);
    const crowd = await this.gathered(now);
    const isChosen = (name: string) => options.only.length === 0 || options.only.includes(name);

    const before = await this.measured(floor);
    const phases: PhaseResult[] = [];
    for (const phase of phasesOf(crowd, this.budget)) {
      if (isChosen(phase.name)) phases.push(await this.measured(phase));
    }
    const after = await this.measured({ ...floor, title: "GET health, at the end" });
    const delays: DelayResult[] = [];
    for (const live of isChosen("live") ? LIVE_CASES : []) {
      delays.push(await this.delayed(live, crowd));
    }
    if (isChosen("crowd")) delays.push(...(await this.crowded(crowd)));
    this.client.close();
    const reminders = isChosen("reminders") ? [await this.reminded()] : [];
    const boards = isChosen("board") ? [await this.boarded()] : [];
    const turnings = isChosen("turning") ? [await this.turned()] : [];
    const admins = isChosen("admin") ? [await this.administered()] : [];
    return {
      at: new Date(now).toISOString(),
      machine,
      floor: { before, after },
      phases,
      delays,
      reminders,
      boards,
      turnings,
      admins,
    };
  }

  private async gathered(now: number): Promise<Crowd> {
    const { stack, options, terminal, client, budget } = this;
    terminal.step(
      `making ${options.people} people, their circles and a league of ${options.league}`,
    );
    const seeded = await seed(stack.planetscale_url, options.people, options.league, now);
    const settled = async () => await stack.settled();
    const onProgress = (done: number, total: number) =>
      terminal.count("signed in, with a history", done, total);
    const crowd = await gather({ seeded, client, budget, now, settled, onProgress });
    // What the preparation wore out is none of the first phase's.
    for (const [kind, times] of Object.entries(await stack.faults())) {
      terminal.step(`  logged, and made good: ${times} x ${kind}`);
    }
    return crowd;
  }

  private async measured(phase: Phase): Promise<PhaseResult> {
    const { stack, client, terminal } = this;
    terminal.step(phase.title);
    await this.spread(Infinity, 0);
    const { seconds, connections } = this.options;
    const spread = async (people: number, requests: number) => await this.spread(people, requests);
    const result = await measure(stack, client, phase, { seconds, connections, spread });
    terminal.step(`  ${figure(result.per_second)} a second`);
    return result;
  }

  private async delayed(live: LiveCase, crowd: Crowd): Promise<DelayResult> {
    const { terminal, budget } = this;
    terminal.step(live.title);
    const people = await this.spread(Infinity, 2 * live.viewers);
    for (let viewer = 0; viewer < live.viewers; viewer += 1) {
      // A ticket and a socket each.
      for (let sent = 0; sent < 2; sent += 1) budget.takeOf(viewer % people, performance.now());
    }
    return await this.watched(live, crowd);
  }

  /** The league's board before more viewers than its racers' circle: so many sign in for it alone. */
  private async crowded(crowd: Crowd): Promise<DelayResult[]> {
    const { client, terminal } = this;
    const fans = await signInFans(client, crowd.fans, (done, total) =>
      terminal.count("fans signed in", done, total),
    );
    const results: DelayResult[] = [];
    for (const live of CROWD_CASES) {
      terminal.step(`${live.title}, ${this.options.league} on it`);
      results.push(await this.watched(live, { ...crowd, people: fans }));
    }
    return results;
  }

  private async watched(live: LiveCase, crowd: Crowd): Promise<DelayResult> {
    const { stack, client, options, terminal } = this;
    const onProgress = (open: number) => terminal.count("viewers", open, live.viewers);
    const seconds = options.seconds * LIVE_STRETCH;
    const result = await measureDelay({ live, seconds, client, url: stack.url, crowd, onProgress });
    await stack.settled();
    return { ...result, faults: await stack.faults() };
  }

  private async reminded(): Promise<ReminderResult> {
    const { stack, options, terminal } = this;
    const result = await playReminderDay(stack, options.readers, (words) => terminal.step(words));
    return { ...result, faults: await stack.faults() };
  }

  private async boarded(): Promise<BoardResult> {
    const { options, terminal } = this;
    const stack = await this.startAnother("measured");
    return await playBigBoard(stack, options.participants, (words) => terminal.step(words));
  }

  private async turned(): Promise<TurningResult> {
    const { stack, options, terminal } = this;
    return await playTurning(stack, options.challenges, (words) => terminal.step(words));
  }

  /** In a stack of its own: nobody else's accounts are among those that it counts. */
  private async administered(): Promise<AdminResult> {
    const { options, terminal } = this;
    const stack = await this.startAnother("deployed");
    return await playAdmin(stack, options.accounts, (words) => terminal.step(words));
  }

  /** Spreads what comes over so many people at most, waits until they may send it, and gives how many. */
  private async spread(people: number, requests: number): Promise<number> {
    const { budget, terminal } = this;
    const spread_over = budget.narrow(people);
    const wanted = Math.max(requests, spread_over * AT_LEAST);
    // Where even all of them have too few, the phase ends early and says so.
    const wait = budget.waitFor(Math.min(wanted, budget.capacity), performance.now());
    if (wait > 0) {
      terminal.step(`  waiting ${Math.ceil(wait / 1_000)} s: 100 requests in 60 s a person`);
      await pause(wait);
    }
    return spread_over;
  }
}
