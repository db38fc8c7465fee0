import { addDays, utcDate, type OwnDate } from "../platform/time/dates.ts";
import { DAY_MS, HOUR_MS, type Instant } from "../platform/time/instant.ts";
import type { Level } from "./actions.ts";

/** How many acts of an action there are. */
export type Count = { level: Level; action: string; entries: number };
/** What the archive holds, by the ids of its first and last acts. */
export type Archived = {
  parts: number;
  entries: number;
  first_id: string | null;
  last_id: string | null;
};
export type Levels = Record<Level, number>;
export type DaySum = Levels & { date: OwnDate; total: number };

/** What the log holds, for whoever watches over it. */
export type LogStats = {
  total: number;
  by_level: Levels;
  by_action: Count[];
  by_day: DaySum[];
  failures: { since: Instant; warning: number; error: number; by_action: Count[] };
  oldest: Instant | null;
  archived: Archived;
};

const TOP_ACTIONS = 20;
export const DAYS_SHOWN = 30;

/** The first moment of the hour that an instant lies in. */
export function hourOf(instant: Instant): Instant {
  return Math.floor(instant / HOUR_MS) * HOUR_MS;
}

/** The first moment of the UTC day that an instant lies in. */
export function dayOf(instant: Instant): Instant {
  return Math.floor(instant / DAY_MS) * DAY_MS;
}

/** Sums by level. */
export function levelsOf(counts: readonly Pick<Count, "level" | "entries">[]): Levels {
  const levels: Levels = { info: 0, warning: 0, error: 0 };
  for (const { level, entries } of counts) levels[level] += entries;
  return levels;
}

/** The actions with the most acts, the most first. */
export function topActions(counts: readonly Count[]): Count[] {
  const sums = new Map<string, Count>();
  for (const { level, action, entries } of counts) {
    const known = sums.get(`${level} ${action}`)?.entries ?? 0;
    sums.set(`${level} ${action}`, { level, action, entries: known + entries });
  }
  return [...sums.values()]
    .sort((one, other) => other.entries - one.entries || (one.action < other.action ? -1 : 1))
    .slice(0, TOP_ACTIONS);
}

/** The sums of the UTC days up to today's, oldest first; days without an act have zeros. */
export function daySums(
  counts: readonly (Pick<Count, "level" | "entries"> & { starts_at: Instant })[],
  now: Instant,
): DaySum[] {
  const days = Map.groupBy(counts, ({ starts_at }) => utcDate(starts_at));
  return Array.from({ length: DAYS_SHOWN }, (_, n) => {
    const date = addDays(utcDate(now), n + 1 - DAYS_SHOWN);
    const levels = levelsOf(days.get(date) ?? []);
    return { date, ...levels, total: levels.info + levels.warning + levels.error };
  });
}
