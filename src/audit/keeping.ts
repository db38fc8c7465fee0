import { DAY_MS, type Instant } from "../platform/time/instant.ts";
import { dayOf } from "./summary.ts";

/** For so many days nobody, whoever they are, can take an act from where it is looked up. */
export const LEAST_DAYS = 90;

/** What a clean-up did: parts stored, acts deleted; `remaining`: there is more, for another call. */
export type CleanUp = { archived: number; deleted: number; remaining: boolean };

/**
 * Where what is older than so many days ends: always the end of a UTC day, since only whole days are
 * archived, and never within the last 90.
 */
export function endOfKept(now: Instant, older_than_days: number): Instant {
  const days = Math.max(older_than_days, LEAST_DAYS);
  return dayOf(now - days * DAY_MS);
}
