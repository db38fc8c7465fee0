import type { Context } from "../platform/context.ts";
import { fromEpochDay, toEpochDay, type OwnDate } from "../platform/time/dates.ts";
import { DAY_MS, type Instant } from "../platform/time/instant.ts";
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
  countAccounts,
  firstAccountAt,
  lastClosedDay,
  movesBetween,
} from "./growth.store.ts";

/** The UTC day of an instant. */
export function utcDate(instant: Instant): OwnDate {
  return fromEpochDay(Math.floor(instant / DAY_MS));
}

/** How the number of accounts moved from one UTC day to another, both included, in periods. */
export async function usersGrowth(
  ctx: Context,
  from: OwnDate,
  to: OwnDate,
  interval: Interval,
): Promise<GrowthPeriod[]> {
  const [closed, open] = await Promise.all([closedDays(ctx, from, to), openDays(ctx)]);
  const days = [...closed, ...open.filter(({ date }) => date >= from && date <= to)];
  return inPeriods(days, interval);
}

/** Closes the UTC days that are over at the trigger's instant: their figures stand for good. Repeatable. */
export async function closeGrowthDays(ctx: Context): Promise<{ closed: number }> {
  const today = utcDate(ctx.clock.now());
  const over = (await openDays(ctx)).filter(({ date }) => date < today);
  await closeDays(ctx, over);
  return { closed: over.length };
}

/** The days that nobody has closed yet, today included; in the steady state that is today alone. */
async function openDays(ctx: Context): Promise<GrowthDay[]> {
  const today = utcDate(ctx.clock.now());
  const [last, first_at] = await Promise.all([lastClosedDay(ctx), firstAccountAt(ctx)]);
  const span = openSpan(last, first_at === null ? null : utcDate(first_at), today);
  if (span === null) return [];
  const from = toEpochDay(span.from) * DAY_MS;
  const before = (toEpochDay(span.to) + 1) * DAY_MS;
  const [moves, accounts] = await Promise.all([
    movesBetween(ctx, { from, before }),
    countAccounts(ctx),
  ]);
  return withTotals(span.from, span.to, moves, accounts.confirmed);
}
