import { IntervalSet, type Category } from "../usage/index.ts";
import { coversApp, type Rule } from "./rule.ts";

/** A person's use on one own day, all devices together. */
export type DayUse = {
  /** Use whose time is known: whole seconds since the epoch, half-open, cut to the day. */
  readonly pieces: Iterable<{
    readonly app: string;
    readonly category: Category;
    readonly started_s: number;
    readonly ended_s: number;
  }>;
  /** What devices that only know totals told of an app, each device's by itself. */
  readonly totals: Iterable<{
    readonly app: string;
    readonly category: Category;
    readonly seconds: number;
  }>;
  /** How long the day is. */
  readonly day_seconds: number;
};

/**
 * How much of a rule's one budget a day's use has taken, in seconds: over all its targets, an app once
 * also when its category is a target too, a minute once also when two apps or devices share it; what
 * is known as totals is added, as in the day's own total (API.md, "Settled points"). Never more than
 * the day.
 */
export function usedSeconds(rule: Rule, use: DayUse): number {
  const covered = new IntervalSet();
  for (const { app, category, started_s, ended_s } of use.pieces) {
    if (coversApp(rule, app, category)) covered.add(started_s, ended_s);
  }
  let seconds = covered.seconds;
  for (const total of use.totals) {
    if (coversApp(rule, total.app, total.category)) seconds += total.seconds;
  }
  return Math.min(seconds, use.day_seconds);
}
