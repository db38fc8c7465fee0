import type { Weekday } from "../platform/time/dates.ts";
import { CATEGORIES, type Category } from "../catalogue/index.ts";
import { limitOnWeekday, WEEKDAYS, type Rule, type ScheduleWindow } from "./rule.ts";

/** What the meaning of a rule depends on besides the rule itself. */
export type RuleWorld = {
  /** When the person's own days begin, 0-719. */
  readonly day_start_minute: number;
  /** An app's category where it is certain, as the catalogue's; null where a phone could name any. */
  readonly categoryOf: (app: string) => Category | null;
};

const MINUTES_A_DAY = 1_440;
const MINUTES_A_WEEK = 7 * MINUTES_A_DAY;

/**
 * Whether some use at some instant is allowed after a change (null: deletion) that was not before, or
 * a strict rule stops being strict. By meaning: which fields changed does not matter.
 *
 * Judged on a week of the wall clock. That is exact for days of any length, because own days and
 * windows both follow the latest reading a clock has reached, and it reaches every minute of a week in
 * some week. Only the day on which the zone itself changes has hours of another kind.
 */
export function isLooser(before: Rule, after: Rule | null, world: RuleWorld): boolean {
  if (!before.is_active) return false;
  if (after === null || !after.is_active) return true;
  if (before.strict && !after.strict) return true;
  return losesTarget(before, after, world) || allowsMore(before, after, world);
}

/** Whether some app is covered before and not after: every rule blocks something, at some time. */
function losesTarget(before: Rule, after: Rule, { categoryOf }: RuleWorld): boolean {
  // However many apps are named, there is another one of the category that is not.
  if (before.categories.some((category) => !after.categories.includes(category))) return true;
  return before.apps.some((app) => {
    if (after.apps.includes(app)) return false;
    const category = categoryOf(app);
    const possible = category === null ? CATEGORIES : [category];
    return possible.some((one) => !after.categories.includes(one));
  });
}

/**
 * Whether at some minute of the week it takes more use to be blocked after than before. With no target
 * lost the budget after counts at least what it counted before, and where one app was used, the same.
 */
function allowsMore(before: Rule, after: Rule, { day_start_minute }: RuleWorld): boolean {
  const edges = [...edgesOf(before.schedule), ...edgesOf(after.schedule)];
  for (const weekday of WEEKDAYS) edges.push(minuteOfWeek(weekday, day_start_minute));
  return edges.some(
    (minute) =>
      leastBlockedUse(after, minute, day_start_minute) >
      leastBlockedUse(before, minute, day_start_minute),
  );
}

/** The minutes of the week at which windows open and close; between two of them nothing changes. */
function edgesOf(schedule: readonly ScheduleWindow[]): number[] {
  return schedule.flatMap(({ days, start_minute, end_minute }) =>
    days.flatMap((weekday) => {
      const endsAfter = end_minute > start_minute ? 0 : MINUTES_A_DAY;
      return [
        minuteOfWeek(weekday, start_minute),
        (minuteOfWeek(weekday, end_minute) + endsAfter) % MINUTES_A_WEEK,
      ];
    }),
  );
}

/** The fewest seconds of use with which a rule blocks at a minute of the week; Infinity for never. */
function leastBlockedUse(rule: Rule, minute: number, day_start_minute: number): number {
  if (rule.schedule.some((window) => isOpenAt(window, minute))) return 0;
  const ownMinute = (minute - day_start_minute + MINUTES_A_WEEK) % MINUTES_A_WEEK;
  const weekday = WEEKDAYS[Math.floor(ownMinute / MINUTES_A_DAY)];
  return weekday === undefined ? Infinity : (limitOnWeekday(rule, weekday) ?? Infinity);
}

function isOpenAt({ days, start_minute, end_minute }: ScheduleWindow, minute: number): boolean {
  const length =
    end_minute > start_minute
      ? end_minute - start_minute
      : end_minute - start_minute + MINUTES_A_DAY;
  return days.some((weekday) => {
    const since = (minute - minuteOfWeek(weekday, start_minute) + MINUTES_A_WEEK) % MINUTES_A_WEEK;
    return since < length;
  });
}

function minuteOfWeek(weekday: Weekday, minute: number): number {
  return (weekday - 1) * MINUTES_A_DAY + minute;
}
