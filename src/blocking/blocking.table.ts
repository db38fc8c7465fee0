import { boolean, index, int, json, mysqlTable, primaryKey, varchar } from "drizzle-orm/mysql-core";
import { date, id, instant } from "../platform/db/columns.ts";
import type { Rule } from "./rule.ts";

/** What people block and how long; a user's object copies its own. */
export const blockRules = mysqlTable(
  "block_rules",
  {
    user_id: id().notNull(),
    id: id().notNull(),
    name: varchar({ length: 100 }).notNull(),
    apps: json().$type<Rule["apps"]>().notNull(),
    categories: json().$type<Rule["categories"]>().notNull(),
    daily_limit_seconds: int(),
    weekday_limits: json().$type<Rule["weekday_limits"]>().notNull(),
    schedule: json().$type<Rule["schedule"]>().notNull(),
    alert_percents: json().$type<Rule["alert_percents"]>().notNull(),
    strict: boolean().notNull(),
    is_active: boolean().notNull(),
    /** The rule as it will be from the pending date on; null there: it will be gone. */
    pending_rule: json().$type<Rule>(),
    pending_date: date(),
    pending_not_before: instant(),
    created_at: instant().notNull(),
    updated_at: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.user_id, table.id] }),
    index("block_rules_pending").on(table.pending_not_before),
  ],
);
