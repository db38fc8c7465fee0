import { randomUUID } from "node:crypto";
import { v7 } from "uuid";
import type { Row } from "../../../local/bench/rows.ts";
import { insertRows } from "../../../local/bench/seed.ts";
import type { Chance } from "../../../local/demo/random.ts";
import { addAccounts, type Account } from "../accounts.ts";
import type { HardStack } from "../hard-stack.ts";
import { ownDaysOf, shifted, type Contest } from "./contest.ts";
import type { Member } from "./member.ts";
import type { World } from "./world.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Contests that have run for days: what no phone can make. */
const EARLIER: { since_days: number; terms: Partial<Contest> }[] = [
  { since_days: 5, terms: { name: "Everything", metric: "least_time" } },
  {
    since_days: 2,
    terms: { name: "Less social", metric: "most_reduction", categories: ["social"] },
  },
  // Its baselines are closed for those who are in it: nobody had reported anything by then.
  { since_days: 6, terms: { name: "Less", metric: "most_reduction", grace_hours: 12 } },
  {
    since_days: 4,
    terms: {
      name: "Half an hour",
      metric: "days_under_goal",
      goal_seconds: 1_800,
      apps: ["instagram", "youtube"],
    },
  },
];

const COMMON: Omit<Contest, "id" | "start_date" | "end_date"> = {
  name: "",
  metric: "least_time",
  goal_seconds: null,
  apps: [],
  categories: [],
  missing_day_seconds: 14_400,
  grace_hours: 72,
  visibility: "public",
  invite_code: null,
};

const instant = (ms: number) => new Date(ms).toISOString().slice(0, 23).replace("T", " ");

/** Puts contests that run already straight into MySQL, each with half of the people in it. */
export async function seedContests(
  { database_client }: HardStack,
  world: World,
  chance: Chance,
  now: number,
): Promise<void> {
  const today = new Date(now).toISOString().slice(0, 10);
  for (const { since_days, terms } of EARLIER) {
    const start_date = shifted(today, -since_days);
    const contest: Contest = {
      ...COMMON,
      ...terms,
      id: v7({ msecs: now - 9 * DAY_MS }),
      start_date,
      end_date: shifted(today, 9),
    };
    const players = chance.shuffled(world.members).slice(0, Math.ceil(world.members.length / 2));
    await insertRows(database_client, "challenges", [
      rowOf(contest, players.length, now, "running", now + 12 * DAY_MS),
    ]);
    await insertRows(
      database_client,
      "challenge_participants",
      players.map((player) => partOf(contest, player.phone.user_id, player.rule, now)),
    );
    for (const player of players) {
      const { timezone, day_start_minute } = player.rule;
      const start = ownDaysOf(player.rule, now / 1_000).days.find((day) => day.date === start_date);
      const closes_at = (start?.from_s ?? 0) * 1_000 + contest.grace_hours * HOUR_MS;
      player.memberships.set(contest.id, {
        state: "in",
        part: { timezone, day_start_minute, has_no_baseline: closes_at < now },
        zones: new Set([timezone]),
        is_frozen: true,
      });
    }
    world.contests.push(contest);
  }
}

/** People without phones: what is mailed to them follows from the clock alone. */
export type Quiet = {
  /** Each wants a reminder that is due while the run lasts. */
  reminded: Account[];
  /** Those in a contest whose grace ends while the run lasts. */
  finalists: Account[];
  final_id: string;
};

/** Adds people who are reminded, and a contest that becomes final, within the run. */
export async function seedQuiet(stack: HardStack, now: number, count: number): Promise<Quiet> {
  const due = { reminder_enabled: true, reminder_due_at: instant(now - 20 * 60_000) };
  const reminded = await addAccounts(stack, count, due);
  const finalists = await addAccounts(stack, count);
  const contest: Contest = {
    ...COMMON,
    id: v7({ msecs: now - 9 * DAY_MS }),
    name: `Over ${randomUUID().slice(0, 8)}`,
    start_date: shifted(new Date(now).toISOString().slice(0, 10), -8),
    end_date: shifted(new Date(now).toISOString().slice(0, 10), -4),
  };
  await insertRows(stack.database_client, "challenges", [
    rowOf(contest, count, now, "settling", now - 25 * 60_000),
  ]);
  await insertRows(
    stack.database_client,
    "challenge_participants",
    finalists.map(({ id }) => partOf(contest, id, { timezone: "UTC", day_start_minute: 0 }, now)),
  );
  return { reminded, finalists, final_id: contest.id };
}

function rowOf(
  contest: Contest,
  participant_count: number,
  now: number,
  status: string,
  next_turn_at: number,
): Row {
  const { apps, categories, start_date, end_date, ...rest } = contest;
  return {
    ...rest,
    owner_id: null,
    description: "",
    apps: JSON.stringify(apps),
    categories: JSON.stringify(categories),
    start_date,
    end_date,
    participant_count,
    status,
    starts_at: instant(Date.parse(start_date) - 14 * HOUR_MS),
    ends_at: instant(Date.parse(end_date) + 38 * HOUR_MS),
    next_turn_at: instant(next_turn_at),
    version: 1,
    created_at: instant(now - 9 * DAY_MS),
    updated_at: instant(now - 9 * DAY_MS),
  };
}

function partOf(
  { id }: Contest,
  user_id: string,
  rule: { timezone: string; day_start_minute: number },
  now: number,
): Row {
  const { timezone, day_start_minute } = rule;
  const joined_at = instant(now - 8 * DAY_MS);
  return { challenge_id: id, user_id, timezone, day_start_minute, joined_at };
}

/** Makes everybody's object read what was put into MySQL behind its back; who wants no mails says so. */
export async function announce(members: readonly Member[]): Promise<void> {
  await Promise.all(
    members.map(async (member) => {
      const settings = { limit_emails: member.wants_alert_mails };
      await member.insist("PUT", "/users/me", { settings });
    }),
  );
}
