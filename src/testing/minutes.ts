import type { Situation } from "../blocking/decide.ts";
import type { Rule } from "../blocking/rule.ts";
import { DAY_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { OracleClock } from "../platform/time/oracle.ts";
import type { Target } from "../blocking/target.ts";

/** Longer than anything is foreseen, so that what lasts to its end lasts for good. */
const DAYS_LIVED = 30;

type Lived = {
  blocked: "limit" | "schedule" | null;
  used: number;
  limit: number | null;
  warning: boolean;
};
type Naive = {
  rule_id: string;
  state: string;
  reason: string;
  used_seconds: number;
  limit_seconds: number | null;
  remaining_seconds: number | null;
};

/**
 * What decisions must be, found by living through every minute of a month on a wall clock read through
 * Intl: no jumps, no edges, no code in common with what it checks. One zone, rules without a change that
 * waits.
 */
export class LivedMinutes {
  readonly #from: number;
  readonly #situation: Situation;
  /** The latest reading of the clock so far, by minute. */
  readonly #readings: number[] = [];
  readonly #lives = new Map<string, Lived[]>();

  constructor(situation: Situation) {
    this.#situation = situation;
    this.#from = Math.floor(situation.now / MINUTE_MS) * MINUTE_MS;
    const timezone = situation.history[0]?.timezone ?? "UTC";
    const until = this.#from + DAYS_LIVED * DAY_MS;
    const clock = new OracleClock(timezone, this.#from - 2 * DAY_MS, until);
    let latest = -Infinity;
    for (let now = this.#from - DAY_MS; now < until; now += MINUTE_MS) {
      latest = Math.max(latest, clock.read(now));
      if (now >= this.#from) this.#readings.push(latest);
    }
    for (const { rule } of situation.rules) {
      this.#lives.set(
        rule.id,
        this.#readings.map((reading) => this.#live(rule, reading)),
      );
    }
  }

  /** What must be said of a target at an instant, but for when it changes. */
  of(target: Target, instant: number): Naive | null {
    const minute = Math.floor((instant - this.#from) / MINUTE_MS);
    const met = this.#rulesOf(target).map((rule) => {
      const lived = this.#lifeOf(rule, minute);
      const rank = lived.blocked === null ? (lived.warning ? 1 : 2) : 0;
      return { rule, lived, rank };
    });
    const strictest = Math.min(...met.map(({ rank }) => rank));
    const [named] = met
      .filter(({ rank }) => rank === strictest)
      .map((one) => ({ ...one, laxness: this.#laxness(one.rule, one.lived, minute) }))
      .sort((a, b) => a.laxness - b.laxness || (a.rule.id < b.rule.id ? -1 : 1));
    if (named === undefined) return null;
    const { used, limit, blocked, warning } = named.lived;
    return {
      rule_id: named.rule.id,
      state: blocked !== null ? "blocked" : warning ? "warning" : "allowed",
      reason: blocked ?? (warning ? "limit" : "none"),
      used_seconds: used,
      limit_seconds: limit,
      remaining_seconds: limit === null ? null : Math.max(0, limit - used),
    };
  }

  #rulesOf(target: Target): Rule[] {
    const category = target.kind === "category" ? target.id : this.#situation.categoryOf(target.id);
    return this.#situation.rules
      .map(({ rule }) => rule)
      .filter((rule) => rule.is_active)
      .filter(
        (rule) =>
          (target.kind === "app" && rule.apps.includes(target.id)) ||
          rule.categories.some((one) => one === category),
      );
  }

  #laxness(rule: Rule, lived: Lived, minute: number): number {
    if (lived.blocked === null) return lived.limit === null ? 1e12 : lived.limit - lived.used;
    let end = minute;
    while (end < this.#readings.length && this.#lifeOf(rule, end).blocked !== null) end += 1;
    return -end;
  }

  #lifeOf(rule: Rule, minute: number): Lived {
    const lived = this.#lives.get(rule.id)?.[minute];
    if (lived === undefined) throw new Error("not lived through");
    return lived;
  }

  #live(rule: Rule, reading: number): Lived {
    const dayStart = (this.#situation.history[0]?.day_start_minute ?? 0) * MINUTE_MS;
    const ownDay = Math.floor((reading - dayStart) / DAY_MS);
    const today = Math.floor(((this.#readings[0] ?? 0) - dayStart) / DAY_MS);
    const used = ownDay === today ? this.#situation.usedSeconds(rule) : 0;
    const limits: Record<number, number> = rule.weekday_limits;
    const limit = limits[weekday(ownDay)] ?? rule.daily_limit_seconds;
    const usedUp = limit !== null && used >= limit;
    return {
      used,
      limit,
      blocked: usedUp ? "limit" : isOpen(rule, reading) ? "schedule" : null,
      warning:
        limit !== null &&
        rule.alert_percents.some((percent) => percent < 100 && used >= (limit * percent) / 100),
    };
  }
}

/** Whether a rule's windows are open while the clock reads this; minute by minute from their start. */
export function isOpen({ schedule }: Pick<Rule, "schedule">, reading: number): boolean {
  const day = Math.floor(reading / DAY_MS);
  const minute = Math.floor((reading - day * DAY_MS) / MINUTE_MS);
  return schedule.some(({ days, start_minute, end_minute }) => {
    const list: readonly number[] = days;
    const startsToday = list.includes(weekday(day));
    if (end_minute > start_minute) {
      return startsToday && minute >= start_minute && minute < end_minute;
    }
    return (
      (startsToday && minute >= start_minute) ||
      (list.includes(weekday(day - 1)) && minute < end_minute)
    );
  });
}

/** Of a day counted from 1970-01-01, a Thursday. */
function weekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
