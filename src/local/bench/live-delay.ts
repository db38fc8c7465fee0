import { setTimeout as pause } from "node:timers/promises";
import { chanceOf } from "../demo/random.ts";
import { post, type Person } from "./asks.ts";
import type { HttpClient } from "./client.ts";
import { failureOf } from "./closed-loop.ts";
import type { Crowd } from "./crowd.ts";
import { percentilesOf } from "./percentiles.ts";
import { secondsOf } from "./phones.ts";
import type { DelayResult } from "./results.ts";
import { Sightings } from "./sightings.ts";
import { Viewers } from "./viewers.ts";

/** How many watch the league, and how long its racers pause between two reports, in ms. */
export type LiveCase = {
  name: string;
  title: string;
  viewers: number;
  pause_ms: [shortest: number, longest: number];
};

/** Frames are at least 250 ms apart: on a quiet board each report makes one, on a busy one they share. */
const QUIET: LiveCase["pause_ms"] = [300, 500];
const BUSY: LiveCase["pause_ms"] = [20, 80];

export const LIVE_CASES: readonly LiveCase[] = [
  { name: "live-1", title: "1 viewer, quiet board", viewers: 1, pause_ms: QUIET },
  { name: "live-500", title: "500 viewers, quiet board", viewers: 500, pause_ms: QUIET },
  {
    name: "live-500-busy",
    title: "500 viewers, 20 reports a second",
    viewers: 500,
    pause_ms: BUSY,
  },
];

/** As many as one object holds, and more than it does: the rest sit at a relay. */
export const CROWD_CASES: readonly LiveCase[] = [
  { name: "crowd-2000", title: "2,000 viewers, quiet board", viewers: 2_000, pause_ms: QUIET },
  { name: "crowd-2500", title: "2,500 viewers, 500 at a relay", viewers: 2_500, pause_ms: QUIET },
];

/** How long a frame may take after the last answer, in ms, before it counts as lost. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 100;

/**
 * Lets racers report, each while the others may still be under way, and times every viewer's frame
 * that shows it against the answer their phone got.
 */
export async function measureDelay(given: {
  live: LiveCase;
  seconds: number;
  client: HttpClient;
  url: string;
  crowd: Crowd;
  onProgress: (open: number) => void;
}): Promise<Omit<DelayResult, "faults">> {
  const { live, seconds, client, url, crowd, onProgress } = given;
  const watching = Array.from({ length: live.viewers }, (_, index) =>
    personAt(crowd.people, index),
  );
  const access_tokens = watching.map(({ access_token }) => access_token);
  const order = { url, challenge_id: crowd.league_id, access_tokens };
  const viewers = await Viewers.open(order, onProgress);
  try {
    const race = new Race(client, crowd.racers, live.viewers);
    race.saw(await viewers.frames());
    await race.run(seconds, live.pause_ms);
    const lost_at = performance.now() + PATIENCE_MS;
    do {
      await pause(LOOK_MS);
      race.saw(await viewers.frames());
    } while (race.missing > 0 && performance.now() < lost_at);
    const { name, title } = live;
    return { name, title, viewers: live.viewers, ...race.result() };
  } finally {
    await viewers.close();
  }
}

/** The racers' reports, and what the viewers see of them. */
class Race {
  private readonly client: HttpClient;
  private readonly racers: readonly Person[];
  private readonly sightings: Sightings;
  private readonly scores = new Map<string, number>();
  private readonly failures: Record<string, number> = {};
  private readonly answers_ms: number[] = [];
  private reports = 0;

  constructor(client: HttpClient, racers: readonly Person[], viewers: number) {
    this.client = client;
    this.racers = racers;
    this.sightings = new Sightings(viewers);
  }

  /** How many frames are still awaited. */
  get missing(): number {
    return this.sightings.missing;
  }

  saw(frames: Awaited<ReturnType<Viewers["frames"]>>): void {
    for (const { viewer, at, scores } of frames) {
      this.sightings.saw(viewer, scores, at);
      // What the board shows before the first report is what reports add to.
      for (const { user_id, score } of scores) {
        if (!this.scores.has(user_id)) this.scores.set(user_id, score);
      }
    }
  }

  /** Lets racers report in turn, after pauses within these bounds (ms), and waits for all answers. */
  async run(seconds: number, pause_ms: LiveCase["pause_ms"]): Promise<void> {
    const chance = chanceOf(1);
    const until = performance.now() + seconds * 1_000;
    const reports: Promise<void>[] = [];
    while (performance.now() < until) {
      reports.push(this.report(personAt(this.racers, reports.length)));
      await pause(chance.whole(...pause_ms));
    }
    await Promise.all(reports);
  }

  result(): Pick<DelayResult, "reports" | "samples" | "delay_ms" | "answer_ms" | "failures"> {
    const delays = this.sightings.delays();
    if (this.missing > 0) this.failures["a frame never came"] = this.missing;
    return {
      reports: this.reports,
      samples: delays.length,
      delay_ms: percentilesOf(delays),
      answer_ms: percentilesOf(this.answers_ms),
      failures: this.failures,
    };
  }

  private async report(racer: Person): Promise<void> {
    const interval = racer.phones.next();
    const before = this.scores.get(racer.id);
    if (before === undefined) return this.fail("a racer is not on the top of the board");
    const score = before + secondsOf(interval);
    this.scores.set(racer.id, score);
    this.reports += 1;
    const answered = this.sightings.sent(racer.id, score);
    const answer = await this.client.send(post(racer, interval));
    if (answer.status !== 201) return this.fail(failureOf(answer));
    answered(performance.timeOrigin + answer.at);
    this.answers_ms.push(answer.ms);
  }

  private fail(kind: string): void {
    this.failures[kind] = (this.failures[kind] ?? 0) + 1;
  }
}

function personAt(people: readonly Person[], index: number): Person {
  const person = people[index % people.length];
  if (!person) throw new RangeError("there is nobody");
  return person;
}
