import fc from "fast-check";
import type { Situation } from "../blocking/decide.ts";
import { settledAt } from "../blocking/pending.ts";
import type { Rule, ScheduleWindow } from "../blocking/rule.ts";
import { WEEKDAYS } from "../blocking/rule.ts";
import { parseInstant } from "../platform/time/instant.ts";
import { ownDateAt } from "../platform/time/own-day.ts";
import { catalogued, type Category } from "../catalogue/index.ts";

/** Two apps of one category in the catalogue, one of another, and one that nobody knows. */
export const APPS = ["instagram", "snapchat", "tiktok", "unheard.of"];
export const SOME_CATEGORIES: Category[] = ["social", "video", "games"];

/** What the catalogue says, as production asks it. */
export function categoryOf(app: string): Category | null {
  return catalogued(app)?.category ?? null;
}

/** The instant a text names; a test that spells one wrongly fails. */
export function at(text: string): number {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`no instant: ${text}`);
  return instant;
}

/** A rule as a test names it: an hour of Instagram a day, but for the fields given. */
export function ruleWith(fields: Partial<Rule> = {}): Rule {
  return {
    id: "rule-1",
    name: "Less Instagram",
    apps: ["instagram"],
    categories: [],
    daily_limit_seconds: 3_600,
    weekday_limits: {},
    schedule: [],
    alert_percents: [80, 100],
    strict: false,
    is_active: true,
    ...fields,
  };
}

/** A window as a test writes it: days and "HH:MM". */
export function windowOf(days: readonly number[], start: string, end: string): ScheduleWindow {
  return {
    days: WEEKDAYS.filter((day) => days.includes(day)),
    start_minute: minuteOf(start),
    end_minute: minuteOf(end),
  };
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The same situation later, if nothing more was used: what a server would be asked then. */
export function later(situation: Situation, now: number): Situation {
  const { history, usedSeconds } = situation;
  const isToday = ownDateAt(now, history) === ownDateAt(situation.now, history);
  return {
    ...situation,
    now,
    rules: situation.rules.flatMap((standing) => settledAt(standing, now, history) ?? []),
    usedSeconds: isToday ? usedSeconds : () => 0,
  };
}

/** Minutes of the day, many of them where clocks change. */
export const anyMinute = fc.oneof(
  fc.constantFrom(0, 1, 60, 120, 135, 150, 165, 180, 181, 1_439),
  fc.nat(1_439),
);

/** Schedules of up to `most` windows with times from `minute`. */
export function anySchedule(
  minute: fc.Arbitrary<number>,
  most = 3,
): fc.Arbitrary<ScheduleWindow[]> {
  const days = fc.oneof(
    fc.subarray([...WEEKDAYS], { minLength: 1 }),
    fc.constantFrom([...WEEKDAYS], [6, 7] as const),
  );
  return fc.array(fc.record({ days, start_minute: minute, end_minute: minute }), {
    maxLength: most,
  });
}

/** Good rules of the few targets above; times from `minute`, limits from `limit`. */
export function anyRule(
  minute: fc.Arbitrary<number> = anyMinute,
  limit: fc.Arbitrary<number> = fc.constantFrom(0, 600, 1_800, 86_400),
): fc.Arbitrary<Rule> {
  return fc
    .record({
      id: fc.constant("rule"),
      name: fc.constant("a rule"),
      apps: fc.subarray(APPS),
      categories: fc.subarray(SOME_CATEGORIES),
      daily_limit_seconds: fc.option(limit),
      weekday_limits: fc
        .array(fc.tuple(fc.constantFrom(...WEEKDAYS), limit), { maxLength: 3 })
        .map((limits): Rule["weekday_limits"] => Object.fromEntries(limits)),
      schedule: anySchedule(minute),
      alert_percents: fc.subarray([50, 80, 100]),
      strict: fc.boolean(),
      is_active: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    })
    .filter(
      (rule) =>
        rule.apps.length + rule.categories.length > 0 &&
        (rule.daily_limit_seconds !== null ||
          rule.schedule.length > 0 ||
          Object.keys(rule.weekday_limits).length > 0),
    );
}

/** Fixed seeds and a fresh one; the test's title prints which. */
export function seeds(): number[] {
  return [1, 2, 3, ...fc.sample(fc.noBias(fc.nat()), 1)];
}
