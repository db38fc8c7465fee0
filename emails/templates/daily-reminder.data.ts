/** A limit that holds today, and how much of the day it allows. */
export type TodaysLimit = { name: string; limit_seconds: number };

/** A challenge that runs; `days_left` counts today, 1 on its last day. */
export type RunningChallenge = { name: string; days_left: number };

/**
 * Yesterday's own day beside the seven before it. `yesterday_seconds` is null where nothing of that
 * day has arrived, `week_average_seconds` where nothing of those seven has; the average is that of
 * the days that have. `link` opens the app.
 */
export type DailyReminderData = {
  display_name: string;
  yesterday_seconds: number | null;
  week_average_seconds: number | null;
  limits: readonly TodaysLimit[];
  challenges: readonly RunningChallenge[];
  link: string;
  unsubscribe_link: string;
};

/** How yesterday compares: a difference under a minute is none. */
export type Trend =
  | { kind: "unknown" }
  | { kind: "first" }
  | { kind: "same" }
  | { kind: "less" | "more"; difference_seconds: number };

/** Compares yesterday with the week before it, in whole minutes as they are printed. */
export function trendOf(data: DailyReminderData): Trend {
  const { yesterday_seconds, week_average_seconds } = data;
  if (yesterday_seconds === null) return { kind: "unknown" };
  if (week_average_seconds === null) return { kind: "first" };
  const minutes = Math.floor(yesterday_seconds / 60) - Math.floor(week_average_seconds / 60);
  if (minutes === 0) return { kind: "same" };
  return { kind: minutes < 0 ? "less" : "more", difference_seconds: Math.abs(minutes) * 60 };
}
