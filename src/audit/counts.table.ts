import { int, mysqlEnum, mysqlTable, primaryKey } from "drizzle-orm/mysql-core";
import { asciiText, instant } from "../platform/db/columns.ts";
import { LEVELS } from "./actions.ts";

/**
 * How many acts each closed hour has: a copy of `audit_logs` that a job keeps and may make anew, so
 * that nobody has to count a million rows for an answer.
 */
export const auditCounts = mysqlTable(
  "audit_counts",
  {
    /** Its first moment. */
    hour: instant().notNull(),
    level: mysqlEnum(LEVELS).notNull(),
    action: asciiText(40).notNull(),
    entries: int().notNull(),
  },
  (table) => [primaryKey({ columns: [table.hour, table.level, table.action] })],
);
