import { index, mysqlEnum, mysqlTable } from "drizzle-orm/mysql-core";
import { asciiText, instant } from "../platform/db/columns.ts";

/** Files of R2 that no row names, or not yet: each is removed once it is due, whatever died meanwhile. */
export const looseFiles = mysqlTable(
  "loose_files",
  {
    file_name: asciiText(100).primaryKey(),
    /** `incoming`: may still be named by a row, which takes it off this list; `unused`: never again. */
    state: mysqlEnum(["incoming", "unused"]).notNull(),
    due_at: instant().notNull(),
  },
  (table) => [index("loose_files_due").on(table.due_at)],
);
