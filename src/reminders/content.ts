import type { MailData } from "../../emails/index.ts";
import { addDays, dayCount, type OwnDate } from "../platform/time/dates.ts";

/** What a reminder says, but for its links. */
export type ReminderContent = Omit<MailData["daily-reminder"], "link" | "unsubscribe_link">;

/** A day's total of somebody; a challenge somebody plays. */
export type DayTotal = { user_id: string; date: OwnDate; seconds: number };
export type Limit = MailData["daily-reminder"]["limits"][number];
export type Playing = { user_id: string; name: string; end_date: OwnDate };

/** The week yesterday is set against: the seven days before it. */
const WEEK = 7;
const MOST_CHALLENGES = 5;
const MOST_LIMITS = 10;

/** The own dates a reminder of `today` looks at, both included. */
export function datesOf(today: OwnDate): { from: OwnDate; to: OwnDate } {
  return { from: addDays(today, -1 - WEEK), to: addDays(today, -1) };
}

/** Writes what a reminder of the own date `today` says; the totals, challenges and limits are its reader's own. */
export function contentOf(
  display_name: string,
  today: OwnDate,
  totals: readonly DayTotal[],
  playing: readonly Playing[],
  limits: readonly Limit[],
): ReminderContent {
  const { from, to: yesterday } = datesOf(today);
  const week = totals.filter(({ date }) => date >= from && date < yesterday);
  const sum = week.reduce((seconds, day) => seconds + day.seconds, 0);
  return {
    display_name,
    yesterday_seconds: totals.find(({ date }) => date === yesterday)?.seconds ?? null,
    week_average_seconds: week.length === 0 ? null : Math.round(sum / week.length),
    limits: limits.slice(0, MOST_LIMITS),
    challenges: playing
      .map(({ name, end_date }) => ({ name, days_left: dayCount(today, end_date) }))
      .filter(({ days_left }) => days_left > 0)
      .slice(0, MOST_CHALLENGES),
  };
}
