import {
  bigint,
  boolean,
  index,
  int,
  mysqlEnum,
  mysqlTable,
  primaryKey,
  varchar,
} from "drizzle-orm/mysql-core";
import { asciiText, date, exactText, id, instant } from "../platform/db/columns.ts";

/** Every item of usage that was taken, keyed by its user so that it could be sharded by them. */
export const activities = mysqlTable(
  "activities",
  {
    user_id: id().notNull(),
    id: id().notNull(),
    kind: mysqlEnum(["interval", "day_total", "threshold"]).notNull(),
    /** The canonical app that numbers stand under, and the client's own id of it. */
    app: exactText(128).notNull(),
    client_app: exactText(128).notNull(),
    app_name: varchar({ length: 100 }),
    category: asciiText(16).notNull(),
    device_id: exactText(100).notNull(),
    /** The own date it is filed under: that of its start. */
    date: date().notNull(),
    started_at: instant().notNull(),
    ended_at: instant().notNull(),
    seconds: int().notNull(),
    received_at: instant().notNull(),
    deleted_at: instant(),
    version: bigint({ mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.user_id, table.id] }),
    index("activities_history").on(table.user_id, table.started_at, table.id),
  ],
);

/** Seconds a day as the user's object counted them: absolute values, so that a flush may come twice or late. */
export const dailyUsage = mysqlTable(
  "daily_usage",
  {
    user_id: id().notNull(),
    date: date().notNull(),
    /** What `name` is; the total and the categories are unions of their own, no sums over apps. */
    scope: mysqlEnum(["total", "category", "app", "device"]).notNull(),
    name: exactText(128).notNull(),
    /** Of an app, its category and its name. */
    category: asciiText(16),
    label: varchar({ length: 100 }),
    seconds: int().notNull(),
    version: bigint({ mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.user_id, table.date, table.scope, table.name] }),
    index("daily_usage_date").on(table.date, table.scope, table.name),
  ],
);

/** Seconds a day as a challenge counts them (its apps, the participant's frozen zone): what a board is rebuilt from. */
export const challengeDays = mysqlTable(
  "challenge_days",
  {
    challenge_id: id().notNull(),
    user_id: id().notNull(),
    date: date().notNull(),
    seconds: int().notNull(),
    reported: boolean().notNull(),
    version: bigint({ mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.challenge_id, table.user_id, table.date] }),
    index("challenge_days_user").on(table.user_id),
  ],
);
