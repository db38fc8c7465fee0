/** Where a person's days began from an instant on; `since_s` in whole seconds. */
export type Rule = { since_s: number; timezone: string; day_start_minute: number };

export type OwnDay = { date: string; from_s: number; to_s: number };

const STEP_S = 15 * 60;
const DAY_S = 86_400;

/**
 * Which own date each second has, found by walking along the wall clock: its reading less the day
 * start, and never a date before the one already reached. Made without the Worker's own calendar.
 */
export class OwnDates {
  readonly days: readonly OwnDay[];

  /** Walks from `from_s` to `to_s`; the first and the last day are not whole and are left out. */
  constructor(rules: readonly Rule[], from_s: number, to_s: number) {
    const clocks = rules.map((rule) => ({ rule, clock: new WallClock(rule.timezone) }));
    const days: OwnDay[] = [];
    let reached = Number.NEGATIVE_INFINITY;
    for (const at_s of instantsOf(rules, from_s, to_s)) {
      const held = clocks.findLast(({ rule }) => rule.since_s <= at_s) ?? clocks[0];
      if (!held) throw new RangeError("no rule");
      const shifted = held.clock.reading(at_s) - held.rule.day_start_minute * 60;
      const day = Math.floor(shifted / DAY_S);
      if (day <= reached) continue;
      reached = day;
      const last = days.at(-1);
      if (last) last.to_s = at_s;
      days.push({ date: dateOf(day), from_s: at_s, to_s });
    }
    this.days = days.slice(1, -1);
  }

  /** The own day of a second. Throws a RangeError where the walk did not come by. */
  dayAt(at_s: number): OwnDay {
    const day = this.days.find(({ from_s, to_s }) => from_s <= at_s && at_s < to_s);
    if (!day) throw new RangeError(`the walk did not come by ${at_s}`);
    return day;
  }
}

/** Where a day can begin: on every whole minute, and where a rule comes into force. */
function instantsOf(rules: readonly Rule[], from_s: number, to_s: number): number[] {
  const instants: number[] = [];
  for (let at_s = from_s - (from_s % 60); at_s < to_s; at_s += 60) instants.push(at_s);
  const changes = rules.map((rule) => rule.since_s);
  const between = changes.filter((at_s) => at_s % 60 !== 0 && at_s > from_s && at_s < to_s);
  return between.length === 0 ? instants : [...instants, ...between].sort((a, b) => a - b);
}

/** What a clock on the wall reads, as seconds since the epoch of a zone without an offset. */
class WallClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #readings = new Map<number, number>();

  constructor(timeZone: string) {
    const two = "2-digit";
    this.#format = new Intl.DateTimeFormat("sv-SE", {
      timeZone,
      year: "numeric",
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
      hourCycle: "h23",
    });
  }

  /** Clocks are only ever changed at a quarter of an hour: in between they just run. */
  reading(at_s: number): number {
    const into_s = at_s % STEP_S;
    return this.#readingAt(at_s - into_s) + into_s;
  }

  #readingAt(quarter_s: number): number {
    let reading = this.#readings.get(quarter_s);
    if (reading === undefined) {
      const text = this.#format.format(quarter_s * 1_000).replace(" ", "T");
      this.#readings.set(quarter_s, (reading = Date.parse(`${text}Z`) / 1_000));
    }
    return reading;
  }
}

function dateOf(day: number): string {
  return new Date(day * DAY_S * 1_000).toISOString().slice(0, 10);
}
