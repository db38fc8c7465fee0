import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { inPages } from "../platform/db/pages.ts";
import { daysFromTo, utcDate, type OwnDate } from "../platform/time/dates.ts";
import { DAY_MS } from "../platform/time/instant.ts";
import { APPS_KEPT, datesAround, foldSets, movableDates, usersAPage } from "./passing.ts";
import {
  addSums,
  dropOlder,
  forgetPasses,
  lockPass,
  movePass,
  openPass,
  showPass,
  sumUsers,
  trimApps,
  userIdsAfter,
} from "./usage-sums.store.ts";

const PASSES_KEPT_MS = 7 * DAY_MS;

/** One page of the count of today's use, of everybody wherever it is today. */
export async function countToday(ctx: Context, after: string | null): Promise<JobPage> {
  return await countPage(ctx, after, datesAround(utcDate(ctx.clock.now())));
}

/** One page of the count of all days that late reports may have moved. */
export async function countMovable(ctx: Context, after: string | null): Promise<JobPage> {
  return await countPage(ctx, after, movableDates(utcDate(ctx.clock.now())));
}

/**
 * One page of a pass over all users. Its sums and how far it has come are one transaction, so a page
 * that is done twice counts once; a pass is shown as a whole, once it has come to its end.
 */
async function countPage(
  ctx: Context,
  after: string | null,
  dates: { first: OwnDate; last: OwnDate },
): Promise<JobPage> {
  const pass = ctx.clock.now();
  const { after_user, ended_at } = await openPass(ctx, pass, dates);
  if (ended_at !== null) return { counts: {}, next_after: null };
  // Added before, and died before that was written down.
  if (after_user > (after ?? "")) return { counts: {}, next_after: after_user };
  const limit = usersAPage(dates.first, dates.last);
  const ids = await userIdsAfter(ctx, after_user, limit);
  const last = ids.at(-1);
  if (last !== undefined) {
    const sums = foldSets(await sumUsers(ctx, after_user, last, dates));
    await withTransaction(ctx, async (tx) => {
      if ((await lockPass(tx, pass)) !== after_user) return;
      await addSums(tx, pass, sums);
      await movePass(tx, pass, last);
    });
  }
  if (ids.length < limit) {
    await conclude(ctx, dates);
    return { counts: { users: ids.length }, next_after: null };
  }
  return { counts: { users: ids.length }, next_after: last ?? null };
}

async function conclude(ctx: Context, dates: { first: OwnDate; last: OwnDate }): Promise<void> {
  const pass = ctx.clock.now();
  const all = daysFromTo(dates.first, dates.last);
  await trimApps(ctx, pass, dates, APPS_KEPT);
  await showPass(ctx, pass, all, pass);
  await inPages(async (limit) => await dropOlder(ctx, dates, limit));
  await forgetPasses(ctx, pass - PASSES_KEPT_MS);
}
