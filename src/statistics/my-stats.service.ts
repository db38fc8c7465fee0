import { challengeCounts } from "../challenges/index.ts";
import type { UserContext } from "../platform/context.ts";
import { usageSummary, type AppShare } from "../usage/index.ts";

/** API.md: a profile names five apps at most. */
const TOP_APPS = 5;

/** Figures of the current own day and week, and of all challenges. */
export type MyStats = {
  today_seconds: number;
  week_seconds: number;
  daily_average_seconds: number;
  top_apps: AppShare[];
  streak_days: number;
  challenges: { active: number; finished: number; won: number };
};

/** What the caller's profile says of their usage and their challenges. */
export async function myStats(ctx: UserContext): Promise<MyStats> {
  const [{ today_seconds, week, streak_days }, challenges] = await Promise.all([
    usageSummary(ctx),
    challengeCounts(ctx, ctx.actor.user_id),
  ]);
  return {
    today_seconds,
    week_seconds: week.total_seconds,
    daily_average_seconds: week.daily_average_seconds,
    top_apps: week.top_apps.slice(0, TOP_APPS),
    streak_days,
    challenges,
  };
}
