import { ownClock, startOfDate } from "./own-clock.ts";
import type { Chance } from "./random.ts";
import type { Stretch } from "./scores.ts";

export const MINUTE_MS = 60_000;
/** Phones replay at most that many hours before now while the story runs. */
const REPLAYED_MINUTES = 16 * 60;
/** What is kept free for the use before that, on the challenge's first day. */
const MINUTES_BEFORE = 100;

export type TimelineSetting = {
  /** UTC ms. */
  now: number;
  timezone: string;
  /** The challenge's first date; nothing earlier counts. */
  start_date: string;
  chance: Chance;
};

/** One person's past in the challenge: hands out stretches of use that never overlap and lie behind `now`. */
export class Timeline {
  readonly #setting: TimelineSetting;
  readonly #begin: number;
  readonly #replayFrom: number;
  #cursor: number;

  constructor(setting: TimelineSetting) {
    const { now, timezone, start_date } = setting;
    this.#setting = setting;
    this.#begin = startOfDate(start_date, timezone);
    // Whole minutes, so that a board in minutes shows exactly what was used.
    const wholeMinute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    this.#replayFrom = Math.max(
      this.#begin + MINUTES_BEFORE * MINUTE_MS,
      wholeMinute - REPLAYED_MINUTES * MINUTE_MS,
    );
    this.#cursor = this.#replayFrom;
  }

  /** The next stretch of the hours before now. Raises a RangeError once they are used up. */
  next(minutes: number): Stretch {
    this.#cursor += this.#setting.chance.whole(1, 2) * MINUTE_MS;
    return this.adjoining(minutes);
  }

  /** The stretch right behind the last one. Raises a RangeError as above. */
  adjoining(minutes: number): Stretch {
    const started_at = this.#cursor;
    const ended_at = started_at + minutes * MINUTE_MS;
    if (ended_at > this.#setting.now) throw new RangeError("the story is longer than the day");
    this.#cursor = ended_at;
    return { started_at, ended_at };
  }

  /** Stretches of the challenge's first day, one for each length in minutes, spread over what lies before the replay. */
  before(lengths: readonly number[]): Stretch[] {
    const { now, timezone, start_date, chance } = this.#setting;
    const today = ownClock(now, timezone).date;
    const isOver = today > start_date;
    const until = isOver
      ? Math.min(startOfDate(today, timezone), this.#replayFrom)
      : this.#replayFrom;
    const slot = Math.floor((until - this.#begin) / lengths.length / MINUTE_MS);
    return lengths.map((minutes, index) => {
      const spare = chance.whole(0, Math.max(0, slot - minutes));
      const started_at = this.#begin + (index * slot + spare) * MINUTE_MS;
      return { started_at, ended_at: started_at + minutes * MINUTE_MS };
    });
  }
}
