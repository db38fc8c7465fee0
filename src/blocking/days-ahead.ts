import type { OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { dayBounds, ownDateAt, type DayHistory } from "../platform/time/own-day.ts";

/** An own day of a person, [starts_at, ends_at). */
export type DayAhead = {
  readonly date: OwnDate;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
};

/** A person's own days from an instant on, worked out as far as asked and once for all rules. */
export class DaysAhead {
  readonly history: DayHistory;
  readonly #days: DayAhead[];

  constructor(now: Instant, history: DayHistory) {
    this.history = history;
    this.#days = [dayAt(now, history)];
  }

  /** The day that is `n` days ahead; 0 is today. */
  at(n: number): DayAhead {
    let day = this.#days.at(-1);
    while (day !== undefined && this.#days.length <= n) {
      day = dayAt(day.ends_at, this.history);
      this.#days.push(day);
    }
    const found = this.#days[n];
    if (found === undefined) throw new RangeError(`no day ${n} ahead`);
    return found;
  }
}

function dayAt(instant: Instant, history: DayHistory): DayAhead {
  const date = ownDateAt(instant, history);
  return { date, ...dayBounds(date, history) };
}
