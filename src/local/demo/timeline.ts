import type { Chance } from "./random.ts";
import type { Stretch } from "./scores.ts";
import { ownClock, shiftDate, startOfDate } from "./own-clock.ts";

export const MINUTE_MS = 60_000;
/** The hours before now that phones replay while the story runs; the longest anybody stays awake. */
export const REPLAYED_HOURS = 16;

/** One person's past: hands out stretches of use that never overlap and lie behind `now`. */
export class Timeline {
  readonly #now: number;
  readonly #timezone: string;
  readonly #chance: Chance;
  #cursor: number;

  /** `now` in UTC ms. */
  constructor(now: number, timezone: string, chance: Chance) {
    this.#now = now;
    this.#timezone = timezone;
    this.#chance = chance;
    this.#cursor = this.#replayFrom;
  }

  /** The next stretch of the hours before now. Raises a RangeError once they are used up. */
  next(minutes: number): Stretch {
    this.#cursor += this.#chance.whole(1, 4) * MINUTE_MS;
    return this.adjoining(minutes);
  }

  /** The stretch right behind the last one. Raises a RangeError as above. */
  adjoining(minutes: number): Stretch {
    const started_at = this.#cursor;
    const ended_at = started_at + minutes * MINUTE_MS;
    if (ended_at > this.#now) throw new RangeError("the story uses more hours than have passed");
    this.#cursor = ended_at;
    return { started_at, ended_at };
  }

  /** Stretches of the person's yesterday, one for each length in minutes, spread over what lies before the replay. */
  yesterday(lengths: readonly number[]): Stretch[] {
    const today = ownClock(this.#now, this.#timezone).date;
    const from = startOfDate(shiftDate(today, -1), this.#timezone);
    const until = Math.min(startOfDate(today, this.#timezone), this.#replayFrom);
    const slot = Math.floor((until - from) / lengths.length / MINUTE_MS);
    return lengths.map((minutes, index) => {
      const spare = this.#chance.whole(0, Math.max(0, slot - minutes));
      const started_at = from + (index * slot + spare) * MINUTE_MS;
      return { started_at, ended_at: started_at + minutes * MINUTE_MS };
    });
  }

  get #replayFrom(): number {
    // Whole minutes, so that a board in minutes shows exactly what was used.
    return Math.floor(this.#now / MINUTE_MS) * MINUTE_MS - REPLAYED_HOURS * 60 * MINUTE_MS;
  }
}
