import type { challenges } from "../../challenges/challenges.table.ts";
import { nextTurnOf, windowOf } from "../../challenges/lifecycle.ts";
import { newId } from "../../platform/ids.ts";
import { addDays, daysFromTo } from "../../platform/time/dates.ts";
import { DAY_MS, type Instant } from "../../platform/time/instant.ts";
import { ownDateOf } from "../../platform/time/own-day.ts";
import type { challengeDays } from "../../usage/usage.table.ts";
import type { users } from "../../users/users.table.ts";

export type Account = typeof users.$inferInsert;
type ChallengeRow = typeof challenges.$inferInsert;

/** The row of an account that was made ten days before `now`, verified, with the API's defaults. */
export function accountRow(given: {
  index: number;
  now: Instant;
  timezone: string;
  password_hash: string;
}): Account {
  const { index, now, timezone, password_hash } = given;
  const created_at = now - 10 * DAY_MS;
  return {
    id: newId(created_at),
    email: `person.${index}@bench.example`,
    password_hash,
    display_name: `Person ${index}`,
    role: "user",
    is_active: true,
    email_verified_at: created_at,
    avatar_key: null,
    timezone,
    day_start_minute: 0,
    week_start: 1,
    locale: "en",
    reminder_enabled: false,
    reminder_time: "20:00",
    limit_emails: true,
    challenge_emails: true,
    version: 1,
    created_at,
    updated_at: created_at,
  };
}

/** The row of a public challenge over all apps that has run for six days and runs for seven more. */
export function challengeRow(given: {
  name: string;
  players: readonly Account[];
  now: Instant;
}): ChallengeRow {
  const { name, players, now } = given;
  const dates = {
    start_date: addDays(ownDateOf(now, { timezone: "UTC", day_start_minute: 0 }), -6),
    end_date: addDays(ownDateOf(now, { timezone: "UTC", day_start_minute: 0 }), 7),
  };
  const window = windowOf(dates, players) ?? { starts_at: now, ends_at: now + DAY_MS };
  const turning = { status: "running" as const, ...window, grace_hours: 12 };
  const created_at = now - 9 * DAY_MS;
  return {
    id: newId(created_at),
    owner_id: players[0]?.id ?? null,
    name,
    description: "",
    visibility: "public",
    invite_code: null,
    apps: [],
    categories: [],
    metric: "least_time",
    goal_seconds: null,
    ...dates,
    missing_day_seconds: 14_400,
    max_participants: null,
    participant_count: players.length,
    ...turning,
    next_turn_at: nextTurnOf(turning),
    version: 1,
    created_at,
    updated_at: created_at,
  };
}

/**
 * The days of the league's players before today. The first `racers` of them used little, so that they
 * lead and viewers see them; the others two to four hours a day.
 */
export function dayRows(
  challenge: ChallengeRow,
  players: readonly Account[],
  racers: number,
  now: Instant,
): (typeof challengeDays.$inferInsert)[] {
  return players.flatMap((player, place) => {
    const yesterday = addDays(ownDateOf(now, player), -1);
    const seconds = place < racers ? 300 + place : 7_200 + ((place * 977) % 7_200);
    return daysFromTo(challenge.start_date, yesterday).map((date) => ({
      challenge_id: challenge.id,
      user_id: player.id,
      date,
      seconds,
      reported: true,
      version: 1,
    }));
  });
}
