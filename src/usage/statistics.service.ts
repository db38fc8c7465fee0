import type { UserContext } from "../platform/context.ts";
import { invalidField } from "../platform/errors.ts";
import { addDays, dayCount, weekStart, type OwnDate } from "../platform/time/dates.ts";
import { callAsUser } from "../users/index.ts";
import {
  appSums,
  daysOf,
  streakOf,
  topApps,
  weekOf,
  type AppShare,
  type Week,
} from "./statistics.ts";
import { appSumsBetween, dailyBetween, reportedDates } from "./statistics.store.ts";
import type { DayCounters, LiveDays } from "./today.ts";

/** API.md: a span of daily figures is 92 days at most; sums by app may span a leap year. */
const MOST_DAYS = 92;
const MOST_APP_DAYS = 366;
const USUAL_APP_DAYS = 30;
/** Streaks are counted back this far. */
const STREAK_DAYS = 366;

/** A span of own dates, both ends included; without one it is the caller's today. */
export type Span = { from?: OwnDate | undefined; to?: OwnDate | undefined };

/** The caller's days of a span, empty ones too. Raises `invalid_fields` for a span over 92 days or backwards. */
export async function dailyStatistics(ctx: UserContext, span: Span): Promise<DayCounters[]> {
  const live = await liveDays(ctx);
  const from = span.from ?? span.to ?? live.today;
  const to = span.to ?? live.today;
  requireSpan(from, to, MOST_DAYS);
  return await daysBetween(ctx, from, to, live);
}

/** The caller's week that the date lies in (by default today's), by the weekday their weeks start on. */
export async function weeklyStatistics(
  ctx: UserContext,
  week_of: OwnDate | undefined,
): Promise<Week> {
  const live = await liveDays(ctx);
  return await weekAt(ctx, week_of ?? live.today, live);
}

/** The apps the caller used most in a span (by default the last 30 days). Raises `invalid_fields` for a span over 366 days or backwards. */
export async function appStatistics(
  ctx: UserContext,
  span: Span,
  limit: number,
): Promise<{ from: OwnDate; to: OwnDate; apps: AppShare[] }> {
  const live = await liveDays(ctx);
  const to = span.to ?? live.today;
  const from = span.from ?? addDays(to, 1 - USUAL_APP_DAYS);
  requireSpan(from, to, MOST_APP_DAYS);
  const { user_id } = ctx.actor;
  const newer = live.days.filter(({ date }) => date >= from && date <= to);
  const dates = newer.map(({ date }) => date);
  const older = await appSumsBetween(ctx, user_id, from, to, dates);
  return { from, to, apps: topApps([...older, ...newer.flatMap(appSums)], limit) };
}

/** What the caller's profile says of their usage: today, this week, and their streak. */
export async function usageSummary(
  ctx: UserContext,
): Promise<{ today_seconds: number; week: Week; streak_days: number }> {
  const live = await liveDays(ctx);
  const { today } = live;
  const [week, dates] = await Promise.all([
    weekAt(ctx, today, live),
    reportedDates(ctx, ctx.actor.user_id, addDays(today, -STREAK_DAYS), today),
  ]);
  const reported = new Set([...dates, ...live.reported]);
  const today_seconds = live.days.find(({ date }) => date === today)?.total_seconds ?? 0;
  return { today_seconds, week, streak_days: streakOf(reported, today) };
}

/** Asked before MySQL: what leaves the object meanwhile is found there, so nothing is missed at the seam. */
async function liveDays(ctx: UserContext): Promise<LiveDays> {
  return await callAsUser(ctx, async (stub, caller) => await stub.liveDays(caller));
}

async function weekAt(ctx: UserContext, date: OwnDate, live: LiveDays): Promise<Week> {
  const first = weekStart(date, live.week_start);
  return weekOf(await daysBetween(ctx, addDays(first, -7), addDays(first, 6), live), live.today);
}

async function daysBetween(
  ctx: UserContext,
  from: OwnDate,
  to: OwnDate,
  live: LiveDays,
): Promise<DayCounters[]> {
  return daysOf(from, to, await dailyBetween(ctx, ctx.actor.user_id, from, to), live.days);
}

function requireSpan(from: OwnDate, to: OwnDate, most_days: number): void {
  if (to < from) throw invalidField("to", "must not be before from");
  if (dayCount(from, to) > most_days) {
    throw invalidField("to", `must lie within ${most_days} days of from`);
  }
}
