import { chanceOf, type Chance } from "../demo/random.ts";

/** An interval of use as a phone posts it. */
export type PostedInterval = {
  app: string;
  category?: string;
  device_id: string;
  started_at: string;
  ended_at: string;
};

/** Most of what people use the catalogue knows; the rest says itself what it is. */
const APPS: readonly Pick<PostedInterval, "app" | "category">[] = [
  { app: "com.instagram.android" },
  { app: "com.zhiliaoapp.musically" },
  { app: "com.google.android.youtube" },
  { app: "com.whatsapp" },
  { app: "com.reddit.frontpage" },
  { app: "instagram.com" },
  { app: "com.example.news", category: "news" },
  { app: "com.example.puzzles", category: "games" },
];
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DEVICES = ["phone", "tablet", "browser"];

/** Times of use of one person, each different from all before: what their devices send. */
export class Phones {
  private readonly chance: Chance;
  private readonly now: number;
  private next_at: number;
  private backlog_until: number;
  private device = 0;

  /** `seed` makes this person; `now` (UTC ms) is when the run began. */
  constructor(seed: number, now: number) {
    this.chance = chanceOf(seed);
    this.now = now;
    this.next_at = now - 90 * MINUTE_MS;
    this.backlog_until = now - 8 * HOUR_MS;
  }

  /** What the person did before the run: 20 times of use today, 10 on each of the three days before. */
  history(): PostedInterval[] {
    const today = this.spread(20, this.now - 8 * HOUR_MS, this.now - 2 * HOUR_MS);
    const before = [1, 2, 3].flatMap((days) =>
      this.spread(10, this.now - days * DAY_MS - 10 * HOUR_MS, this.now - days * DAY_MS),
    );
    return [...before, ...today];
  }

  /** The next minute of today, on whichever device. */
  next(): PostedInterval {
    // Once the present is reached, the same hours are used again, on another device.
    if (this.next_at > this.now) this.next_at -= 90 * MINUTE_MS - 1_000;
    const started_at = this.next_at + this.chance.whole(5, 25) * 1_000;
    const ended_at = started_at + this.chance.whole(10, 60) * 1_000;
    this.next_at = ended_at;
    this.device += 1;
    return this.interval(started_at, ended_at, this.device);
  }

  /** What one device kept while it had no network: `count` times of use of some hours in a row. */
  backlog(count: number): PostedInterval[] {
    this.device += 1;
    const span = count * 5 * MINUTE_MS;
    if (this.backlog_until - span < this.now - 25 * DAY_MS) {
      this.backlog_until = this.now - 8 * HOUR_MS - this.chance.whole(1, 240) * 1_000;
    }
    this.backlog_until -= span;
    return this.spread(count, this.backlog_until, this.backlog_until + span, this.device);
  }

  private spread(count: number, from: number, to: number, device?: number): PostedInterval[] {
    const step = Math.floor((to - from) / count);
    return Array.from({ length: count }, (_, index) => {
      const started_at = from + index * step;
      const length = this.chance.whole(20, Math.floor(step / 1_000) - 10) * 1_000;
      return this.interval(started_at, started_at + length, device ?? index);
    });
  }

  private interval(started_at: number, ended_at: number, device: number): PostedInterval {
    return {
      ...this.chance.pick(APPS),
      device_id: DEVICES[device % DEVICES.length] ?? "phone",
      started_at: new Date(started_at).toISOString(),
      ended_at: new Date(ended_at).toISOString(),
    };
  }
}

/** The length of an interval in seconds. */
export function secondsOf(interval: PostedInterval): number {
  return (Date.parse(interval.ended_at) - Date.parse(interval.started_at)) / 1_000;
}
