import {
  bigint,
  index,
  int,
  mysqlEnum,
  mysqlTable,
  primaryKey,
  varchar,
} from "drizzle-orm/mysql-core";
import { asciiText, date, exactText, instant } from "../platform/db/columns.ts";

/** How the number of accounts moved on a UTC day that is over: counted once, and never again. */
export const growthDays = mysqlTable("growth_days", {
  date: date().primaryKey(),
  registered: int().notNull(),
  confirmed: int().notNull(),
  deleted: int().notNull(),
  /** Confirmed accounts at the day's end. */
  total: int().notNull(),
});

/** Passes over all users that sum up their days; one is shown once it has come to its end. */
export const usagePasses = mysqlTable("usage_passes", {
  /** The window of the job that made it. */
  pass: instant().primaryKey(),
  first_date: date().notNull(),
  last_date: date().notNull(),
  /** The last user whose days are in the sums; moved in the transaction that adds them. */
  after_user: asciiText(36).notNull(),
  ended_at: instant(),
});

/** Everybody's seconds of an own date, in all and by app, as one pass found them. */
export const usageSums = mysqlTable(
  "usage_sums",
  {
    date: date().notNull(),
    pass: instant().notNull(),
    scope: mysqlEnum(["total", "app"]).notNull(),
    name: exactText(128).notNull(),
    label: varchar({ length: 100 }),
    category: asciiText(16),
    seconds: bigint({ mode: "number" }).notNull(),
    people: int().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.date, table.pass, table.scope, table.name] }),
    index("usage_sums_pass").on(table.pass),
  ],
);

/** Which pass an own date is shown by: the newest that came to its end. */
export const usageDays = mysqlTable("usage_days", {
  date: date().primaryKey(),
  pass: instant().notNull(),
});
