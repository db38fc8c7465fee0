import { DAY_MS, type Instant } from "../platform/time/instant.ts";
import type { DaysAhead } from "./days-ahead.ts";
import { dueAt, type StandingRule } from "./pending.ts";
import type { Rule } from "./rule.ts";
import { ruleStateOf, type RuleState } from "./rule-state.ts";
import { openStretches } from "./schedule.ts";

/**
 * How far ahead a change is looked for. Rules repeat by the week, and daylight saving may swallow a
 * window once and move it by hours: what stays the same for longer stays so for good.
 */
const LOOKAHEAD_MS = 16 * DAY_MS;

/** A time [starts_at, ends_at) through which a rule stands the same; its neighbours may do so as well. */
export type Stretch = {
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  /** The rule with what had waited and is due; null once it is gone. */
  readonly standing: { readonly rule: Rule; readonly state: RuleState } | null;
};

/**
 * One rule from an instant on, if nothing more is used: worked out day by day, as far as it is asked.
 * The use of the own date on which it begins stays; later dates begin at 0.
 */
export class Outlook {
  readonly #standing: StandingRule;
  readonly #usedToday: (rule: Rule) => number;
  readonly #days: DaysAhead;
  readonly #dueAt: Instant;
  readonly #stretches: Stretch[] = [];
  #knownUntil: Instant;
  #day = 0;

  /** `usedToday` gives the seconds used of a rule's budget on the own date of `now`. */
  constructor(
    standing: StandingRule,
    usedToday: (rule: Rule) => number,
    now: Instant,
    days: DaysAhead,
  ) {
    this.#standing = standing;
    this.#usedToday = usedToday;
    this.#days = days;
    this.#dueAt = standing.pending === null ? Infinity : dueAt(standing.pending, days.history);
    this.#knownUntil = now;
  }

  get rule_id(): string {
    return this.#standing.rule.id;
  }

  /** Whether `isMeant` holds for the rule, as it is or as it will be. */
  concerns(isMeant: (rule: Rule) => boolean): boolean {
    const { rule, pending } = this.#standing;
    return isMeant(rule) || (pending?.after != null && isMeant(pending.after));
  }

  /** The stretch an instant lies in. Throws a RangeError for one before the outlook begins. */
  at(instant: Instant): Stretch {
    while (this.#knownUntil <= instant) this.#lookFurther();
    const stretches = this.#stretches;
    let low = 0;
    let high = stretches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((stretches[middle]?.ends_at ?? Infinity) > instant) high = middle;
      else low = middle + 1;
    }
    const stretch = stretches[low];
    if (stretch === undefined || stretch.starts_at > instant) {
      throw new RangeError(`before the outlook: ${instant}`);
    }
    return stretch;
  }

  /** Adds the stretches up to the end of the day reached, or to where what waits takes effect. */
  #lookFurther(): void {
    const from = this.#knownUntil;
    const isDue = this.#dueAt <= from;
    const rule = isDue ? (this.#standing.pending?.after ?? null) : this.#standing.rule;
    if (rule === null) {
      this.#add(from, Infinity, null);
      return;
    }
    const { date, ends_at } = this.#days.at(this.#day);
    const until = isDue ? ends_at : Math.min(ends_at, this.#dueAt);
    const used_seconds = this.#day === 0 ? this.#usedToday(rule) : 0;
    const standing = (isInWindow: boolean) => ({
      rule,
      state: ruleStateOf(rule, date, used_seconds, isInWindow),
    });
    for (const open of openStretches(rule.schedule, from, until, this.#days.history)) {
      if (this.#knownUntil < open.starts_at) {
        this.#add(this.#knownUntil, open.starts_at, standing(false));
      }
      this.#add(open.starts_at, open.ends_at, standing(true));
    }
    if (this.#knownUntil < until) this.#add(this.#knownUntil, until, standing(false));
    if (until === ends_at) this.#day += 1;
  }

  #add(starts_at: Instant, ends_at: Instant, standing: Stretch["standing"]): void {
    this.#stretches.push({ starts_at, ends_at, standing });
    this.#knownUntil = ends_at;
  }
}

/** A value and until when at least it stays the same, UTC ms. */
export type Reading<T> = { readonly value: T; readonly ends_at: Instant };

/** The first instant after `from` at which what is read differs; null where it never does. */
export function firstChange<T>(
  from: Instant,
  read: (instant: Instant) => Reading<T>,
  isSame: (a: T, b: T) => boolean,
): Instant | null {
  const start = read(from);
  let at = start.ends_at;
  while (at < from + LOOKAHEAD_MS) {
    const { value, ends_at } = read(at);
    if (!isSame(value, start.value)) return at;
    at = ends_at;
  }
  return null;
}
