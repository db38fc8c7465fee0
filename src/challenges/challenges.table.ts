import {
  boolean,
  double,
  index,
  int,
  json,
  mysqlEnum,
  mysqlTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  varchar,
} from "drizzle-orm/mysql-core";
import { asciiText, date, id, instant } from "../platform/db/columns.ts";

/** Challenges and the rules they are played by; what scoring depends on is frozen once one runs. */
export const challenges = mysqlTable(
  "challenges",
  {
    id: id().primaryKey(),
    /** Null once the owner's account is gone: the challenge goes on. */
    owner_id: id(),
    name: varchar({ length: 100 }).notNull(),
    description: text().notNull(),
    visibility: mysqlEnum(["public", "private"]).notNull(),
    invite_code: asciiText(8),
    apps: json().$type<string[]>().notNull(),
    categories: json().$type<string[]>().notNull(),
    metric: mysqlEnum(["least_time", "most_reduction", "days_under_goal"]).notNull(),
    goal_seconds: int(),
    start_date: date().notNull(),
    end_date: date().notNull(),
    missing_day_seconds: int().notNull(),
    grace_hours: smallint().notNull(),
    max_participants: int(),
    participant_count: int().notNull(),
    status: mysqlEnum(["scheduled", "running", "settling", "final", "cancelled"]).notNull(),
    /** Who called it off, who therefore needs no mail that says so; null where nobody did. */
    called_off_by: mysqlEnum(["owner", "admin"]),
    /** The earliest start and the latest end of any participant's own days. */
    starts_at: instant().notNull(),
    ends_at: instant().notNull(),
    /** When its status turns next; null once it is over. */
    next_turn_at: instant(),
    version: int().notNull(),
    created_at: instant().notNull(),
    updated_at: instant().notNull(),
  },
  (table) => [
    uniqueIndex("challenges_invite_code").on(table.invite_code),
    index("challenges_list").on(table.visibility, table.status, table.created_at, table.id),
    index("challenges_recent").on(table.visibility, table.created_at, table.id),
    index("challenges_turn").on(table.next_turn_at),
    index("challenges_owner").on(table.owner_id, table.status),
    // All that an administrator's list goes by: what does not fit is passed over without its row.
    index("challenges_all").on(
      table.created_at,
      table.id,
      table.status,
      table.visibility,
      table.name,
    ),
  ],
);

/** Who takes part, and by which own days: the zone and day start are frozen when the challenge begins. */
export const participants = mysqlTable(
  "challenge_participants",
  {
    challenge_id: id().notNull(),
    user_id: id().notNull(),
    timezone: asciiText(64).notNull(),
    day_start_minute: smallint().notNull(),
    joined_at: instant().notNull(),
    left_at: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.challenge_id, table.user_id] }),
    index("participants_user").on(table.user_id, table.left_at, table.joined_at),
  ],
);

/** The final board, written once. */
export const results = mysqlTable(
  "challenge_results",
  {
    challenge_id: id().notNull(),
    user_id: id().notNull(),
    rank: int("final_rank").notNull(),
    score: double().notNull(),
    days_reported: int().notNull(),
    days_total: int().notNull(),
    won: boolean().notNull(),
    created_at: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.challenge_id, table.user_id] }),
    index("results_user").on(table.user_id, table.created_at),
  ],
);
