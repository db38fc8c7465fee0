import { HOUR_MS, type Instant } from "../platform/time/instant.ts";
import { dayStart, type DayRule } from "../platform/time/own-day.ts";
import type { CountingRule } from "../usage/index.ts";
import type { Challenge } from "./lifecycle.ts";
import { firstScoredDate } from "./scoring.ts";

/** An open challenge that somebody takes part in, and by which days they play. */
export type MembershipRow = DayRule &
  Pick<Challenge, "apps" | "categories" | "metric" | "start_date" | "end_date" | "grace_hours"> & {
    challenge_id: string;
    /** When they first joined, UTC ms: leaving and coming back does not move it. */
    joined_at: Instant;
  };

/**
 * By which rule usage counts there. What a reduction is measured against is closed once its own grace
 * is over, after the first own day has begun or whoever came later has joined: whoever reports more of
 * that week from then on would only look better for it.
 */
export function countingRuleOf(row: MembershipRow): CountingRule {
  const { challenge_id, apps, categories, start_date, end_date, timezone, day_start_minute } = row;
  const first = firstScoredDate(row);
  const open_from = Math.max(dayStart(start_date, row), row.joined_at);
  const closes_at = open_from + row.grace_hours * HOUR_MS;
  return {
    challenge_id,
    apps,
    categories,
    start_date: first,
    end_date,
    timezone,
    day_start_minute,
    baseline: first === start_date ? null : { until: start_date, closes_at },
  };
}
