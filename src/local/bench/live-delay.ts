import { setTimeout as pause } from "node:timers/promises";
import { chanceOf } from "../demo/random.ts";
import { failureOf } from "./closed-loop.ts";
import type { HttpClient } from "./client.ts";
import type { Crowd, Person } from "./crowd.ts";
import { FrameReader } from "./frames.ts";
import { percentilesOf } from "./percentiles.ts";
import { secondsOf } from "./phones.ts";
import type { DelayResult } from "./results.ts";
import { Sightings } from "./sightings.ts";
import { openViewers } from "./viewers.ts";

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
  { name: "live-500-busy", title: "500 viewers, 20 reports a second", viewers: 500, pause_ms: BUSY },
];

/** How long a frame may take after the last report, in ms, before it counts as lost. */
const PATIENCE_MS = 5_000;

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
}): Promise<DelayResult> {
  const { live, seconds, client, url, crowd, onProgress } = given;
  const { name, title, viewers, pause_ms } = live;
  const sightings = new Sightings(viewers);
  const reader = new FrameReader();
  const scores = new Map<string, number>();
  const failures: Record<string, number> = {};
  const fail = (kind: string, times = 1) => (failures[kind] = (failures[kind] ?? 0) + times);

  const watching = await openViewers({
    ...{ client, url, challenge_id: crowd.league_id, onProgress },
    people: Array.from({ length: viewers }, (_, index) => personAt(crowd.people, index)),
    onFrame: (viewer, text, at) => {
      const seen = reader.read(text);
      sightings.saw(viewer, seen, at);
      // What the board shows before the first report is what reports add to.
      for (const { user_id, score } of seen) if (!scores.has(user_id)) scores.set(user_id, score);
    },
  });
  const report = async (racer: Person): Promise<void> => {
    const interval = racer.phones.next();
    const before = scores.get(racer.id);
    if (before === undefined) return void fail("a racer is not on the board's top");
    const score = before + secondsOf(interval);
    scores.set(racer.id, score);
    const answered = sightings.sent(racer.id, score);
    const body = JSON.stringify(interval);
    const { access_token } = racer;
    const path = "/api/activities";
    const answer = await client.send({ method: "POST", path, access_token, body });
    if (answer.status === 201) answered(answer.at);
    else fail(failureOf(answer));
  };

  const chance = chanceOf(viewers);
  const reports: Promise<void>[] = [];
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    reports.push(report(personAt(crowd.racers, reports.length)));
    await pause(chance.whole(...pause_ms));
  }
  await Promise.all(reports);
  const lost_at = performance.now() + PATIENCE_MS;
  while (sightings.missing > 0 && performance.now() < lost_at) await pause(50);
  await watching.close();

  if (sightings.missing > 0) fail("a frame never came", sightings.missing);
  const delays = sightings.delays();
  return {
    ...{ name, title, viewers, failures },
    reports: reports.length,
    samples: delays.length,
    delay_ms: percentilesOf(delays),
  };
}

function personAt(people: readonly Person[], index: number): Person {
  const person = people[index % people.length];
  if (!person) throw new RangeError("there is nobody");
  return person;
}
