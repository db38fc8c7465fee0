import { int, mysqlEnum, mysqlTable, primaryKey } from "drizzle-orm/mysql-core";
import { asciiText, instant } from "../platform/db/columns.ts";
import { LEVELS } from "./actions.ts";

/**
 * How many acts there are, a copy of `audit_logs` that a job keeps and may make anew, so that nobody
 * has to count a million rows for an answer: by closed hours, for a few days, and by UTC days, each
 * the sum of its closed hours.
 */
export const auditCounts = mysqlTable(
  "audit_counts",
  {
    span: mysqlEnum(["hour", "day"]).notNull(),
    starts_at: instant().notNull(),
    level: mysqlEnum(LEVELS).notNull(),
    action: asciiText(40).notNull(),
    entries: int().notNull(),
  },
  (table) => [primaryKey({ columns: [table.span, table.starts_at, table.level, table.action] })],
);
