import {
  boolean,
  char,
  index,
  int,
  mysqlEnum,
  mysqlTable,
  primaryKey,
  smallint,
  tinyint,
  uniqueIndex,
  varchar,
} from "drizzle-orm/mysql-core";
import { asciiText, exactText, id, instant } from "../platform/db/columns.ts";

/** Accounts: one row a person. Addresses are ASCII and kept in lower case. */
export const users = mysqlTable(
  "users",
  {
    id: id().primaryKey(),
    email: asciiText(254).notNull(),
    /** A PHC string; never leaves the store but for verifying. */
    password_hash: exactText(255).notNull(),
    display_name: varchar({ length: 50 }).notNull(),
    role: mysqlEnum(["user", "admin"]).notNull(),
    is_active: boolean().notNull(),
    email_verified_at: instant(),
    /** The last part of its address; R2 keeps the file under a name made of it. */
    avatar_key: asciiText(100),
    /** The rule in force now; its history stands in `user_day_rules`, written in the same transaction. */
    timezone: asciiText(64).notNull(),
    day_start_minute: smallint().notNull(),
    week_start: tinyint().notNull(),
    locale: char({ length: 2 }).notNull(),
    reminder_enabled: boolean().notNull(),
    reminder_time: char({ length: 5 }).notNull(),
    /** When the next reminder is due, reckoned anew after each and whenever zone or settings change. */
    reminder_due_at: instant(),
    limit_emails: boolean().notNull(),
    challenge_emails: boolean().notNull(),
    /** Moves with every change of the profile. */
    version: int().notNull(),
    /** By which rules its keys in `user_search` were made; 0, and so in line, for who came without any. */
    search_version: smallint().notNull().default(0),
    created_at: instant().notNull(),
    updated_at: instant().notNull(),
  },
  (table) => [
    uniqueIndex("users_email").on(table.email),
    index("users_created").on(table.created_at, table.id),
    index("users_reminder").on(table.reminder_enabled, table.reminder_due_at, table.id),
    index("users_unverified").on(table.email_verified_at, table.created_at, table.id),
    index("users_name").on(table.display_name, table.id),
    index("users_role").on(table.role, table.id),
    index("users_active").on(table.is_active, table.id),
    index("users_unkeyed").on(table.search_version, table.id),
  ],
);

/**
 * Where each part of an account's name and address begins (`search-keys.ts`): a copy that can be made
 * anew. A head's keys stand in the order of the accounts' ids, which is that of their creation.
 */
export const userSearch = mysqlTable(
  "user_search",
  {
    head: exactText(2).notNull(),
    user_id: id().notNull(),
    tail: exactText(62).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.head, table.user_id, table.tail] }),
    index("user_search_user").on(table.user_id),
    // Where few have a key they stand together here, and not among all that begin like it.
    index("user_search_tail").on(table.head, table.tail, table.user_id),
  ],
);

/** Which zone and day start held from which instant on; what happened is booked by the rule of its time. */
export const userDayRules = mysqlTable(
  "user_day_rules",
  {
    user_id: id().notNull(),
    since: instant().notNull(),
    timezone: asciiText(64).notNull(),
    day_start_minute: smallint().notNull(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.since] })],
);

/** Accounts that are being erased: the one list of what is left to do, gone when nothing is. */
export const erasures = mysqlTable("erasures", {
  user_id: id().primaryKey(),
  /** What stands in the place of the id where a place is kept: on final boards, in the audit. */
  pseudonym: id().notNull(),
  started_at: instant().notNull(),
  /** The avatar's file, deleted with the rest. */
  avatar_key: asciiText(100),
});
