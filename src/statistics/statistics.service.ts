import type { Context } from "../platform/context.ts";
import { addDays, daysFromTo, utcDate, type OwnDate } from "../platform/time/dates.ts";
import { DAY_MS, type Instant } from "../platform/time/instant.ts";
import { usersGrowth } from "./growth.service.ts";
import { countConfirmed, countWaiting } from "./growth.store.ts";
import { challengesByStatus, mailsSince, waitingMails } from "./overview.store.ts";
import { datesAround, foldSets, type UsageSum } from "./passing.ts";
import { shownApps, shownDays, shownTotals, sumDate, type AppSum } from "./usage-sums.store.ts";

const MONTH_DAYS = 30;

/** The span that was asked for; the last 30 days up to today where it was left open. */
export function spanOf(ctx: Context, from: OwnDate | undefined, to: OwnDate | undefined) {
  const last =
    to ?? (from === undefined ? utcDate(ctx.clock.now()) : addDays(from, MONTH_DAYS - 1));
  return { from: from ?? addDays(last, 1 - MONTH_DAYS), to: last };
}

export { usersGrowth } from "./growth.service.ts";

/** Use by app over a span of own dates, the most used first, with each day's total beside. */
export async function appUsage(ctx: Context, from: OwnDate, to: OwnDate, limit: number) {
  const [shown, totals, apps, fresh] = await Promise.all([
    shownDays(ctx, from, to),
    shownTotals(ctx, from, to),
    shownApps(ctx, from, to),
    uncounted(ctx, from, to),
  ]);
  const sums = [...totals, ...fresh.filter(({ scope }) => scope === "total")];
  const merged = mergeApps(apps, fresh);
  const all_seconds = merged.reduce((seconds, app) => seconds + app.seconds, 0);
  const days = daysOf(sums).sort((a, b) => (a.date < b.date ? -1 : 1));
  return {
    as_of: newestOf(shown),
    total_seconds: days.reduce((seconds, day) => seconds + day.total_seconds, 0),
    days,
    apps: merged.slice(0, limit).map((app) => ({
      ...app,
      share: all_seconds === 0 ? 0 : app.seconds / all_seconds,
    })),
  };
}

/** The figures of the whole service at a glance. */
export async function overview(ctx: Context) {
  const now = ctx.clock.now();
  const date = utcDate(now);
  const counting = countConfirmed(ctx);
  const [confirmed, unconfirmed, growth, usage, challenges, waiting, mails] = await Promise.all([
    counting,
    countWaiting(ctx),
    usersGrowth(ctx, date, date, "day", async () => await counting),
    appUsage(ctx, addDays(date, -6), date, 1),
    challengesByStatus(ctx),
    waitingMails(ctx),
    mailsSince(ctx, now - DAY_MS),
  ]);
  const dayOf = (wanted: OwnDate) => usage.days.find((day) => day.date === wanted);
  const challengesAt = (status: (typeof challenges)[number]["status"]) =>
    challenges.find((row) => row.status === status)?.n ?? 0;
  const mailsAt = (status: (typeof mails)[number]["status"]) =>
    mails.find((row) => row.status === status)?.n ?? 0;
  return {
    users: {
      total: confirmed,
      unconfirmed,
      registered_today: growth[0]?.registered ?? 0,
      deleted_today: growth[0]?.deleted ?? 0,
      active_today: dayOf(date)?.active_users ?? 0,
    },
    usage: {
      as_of: usage.as_of,
      date,
      today_seconds: dayOf(date)?.total_seconds ?? 0,
      yesterday_seconds: dayOf(addDays(date, -1))?.total_seconds ?? 0,
      week_seconds: usage.total_seconds,
    },
    challenges: {
      scheduled: challengesAt("scheduled"),
      running: challengesAt("running"),
      settling: challengesAt("settling"),
      final: challengesAt("final"),
      cancelled: challengesAt("cancelled"),
    },
    mails: {
      waiting: waiting.n,
      sent_last_24h: mailsAt("sent"),
      failed_last_24h: mailsAt("failed"),
      refused_last_24h: mailsAt("refused"),
      dropped_last_24h: mailsAt("dropped"),
    },
  };
}

/** The sums of today's dates that no pass has counted yet: on a system whose first cron has not come. */
async function uncounted(ctx: Context, from: OwnDate, to: OwnDate): Promise<UsageSum[]> {
  const around = datesAround(utcDate(ctx.clock.now()));
  const near = daysFromTo(around.first, around.last).filter((date) => date >= from && date <= to);
  if (near.length === 0) return [];
  const counted = new Set(
    (await shownDays(ctx, around.first, around.last)).map(({ date }) => date),
  );
  const missing = near.filter((date) => !counted.has(date));
  const sums = await Promise.all(missing.map(async (date) => await sumDate(ctx, date)));
  return foldSets(sums.flat());
}

function mergeApps(apps: readonly AppSum[], fresh: readonly UsageSum[]): AppSum[] {
  const byApp = new Map(apps.map((app) => [app.app, { ...app }]));
  for (const { scope, name, label, category, seconds, people } of fresh) {
    if (scope !== "app" || seconds === 0) continue;
    const app = byApp.get(name) ?? { app: name, name: label, category, seconds: 0, user_days: 0 };
    app.seconds += seconds;
    app.user_days += people;
    byApp.set(name, app);
  }
  return [...byApp.values()].sort((a, b) => b.seconds - a.seconds || (a.app < b.app ? -1 : 1));
}

function daysOf(sums: readonly UsageSum[]) {
  return sums.map(({ date, seconds, people }) => ({
    date,
    total_seconds: seconds,
    active_users: people,
  }));
}

function newestOf(shown: readonly { date: OwnDate; pass: Instant }[]): Instant | null {
  let newest: { date: OwnDate; pass: Instant } | null = null;
  for (const day of shown) if (newest === null || day.date > newest.date) newest = day;
  return newest?.pass ?? null;
}
