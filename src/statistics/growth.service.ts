import type { Context } from "../platform/context.ts";
import { toEpochDay, utcDate, type OwnDate } from "../platform/time/dates.ts";
import { DAY_MS } from "../platform/time/instant.ts";
import {
  inPeriods,
  openSpan,
  withTotals,
  type GrowthDay,
  type GrowthPeriod,
  type Interval,
} from "./growth.ts";
import {
  closeDays,
  closedDays,
  countConfirmed,
  firstAccountAt,
  lastClosedDay,
  movesBetween,
} from "./growth.store.ts";

/**
 * How the number of accounts moved from one UTC day to another, both included, in periods; `countNow`
 * counts the confirmed ones, for a caller who counts them anyway.
 */
export async function usersGrowth(
  ctx: Context,
  from: OwnDate,
  to: OwnDate,
  interval: Interval,
  countNow = async () => await countConfirmed(ctx),
): Promise<GrowthPeriod[]> {
  const [closed, open] = await Promise.all([closedDays(ctx, from, to), openDays(ctx, countNow)]);
  const days = [...closed, ...open.filter(({ date }) => date >= from && date <= to)];
  return inPeriods(days, interval);
}

/** Closes the UTC days that are over at the trigger's instant: their figures stand for good. Repeatable. */
export async function closeGrowthDays(ctx: Context): Promise<{ closed: number }> {
  const today = utcDate(ctx.clock.now());
  const over = (await openDays(ctx, async () => await countConfirmed(ctx))).filter(
    ({ date }) => date < today,
  );
  await closeDays(ctx, over);
  return { closed: over.length };
}

/** The days that nobody has closed yet, today included; in the steady state that is today alone. */
async function openDays(ctx: Context, countNow: () => Promise<number>): Promise<GrowthDay[]> {
  const today = utcDate(ctx.clock.now());
  const [last, first_at] = await Promise.all([lastClosedDay(ctx), firstAccountAt(ctx)]);
  const span = openSpan(last, first_at === null ? null : utcDate(first_at), today);
  if (span === null) return [];
  const from = toEpochDay(span.from) * DAY_MS;
  const before = (toEpochDay(span.to) + 1) * DAY_MS;
  const [moves, confirmed] = await Promise.all([movesBetween(ctx, { from, before }), countNow()]);
  return withTotals(span.from, span.to, moves, confirmed);
}
