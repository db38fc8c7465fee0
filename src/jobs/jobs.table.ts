import { index, int, json, mysqlTable, primaryKey, varchar } from "drizzle-orm/mysql-core";
import { asciiText, id, instant } from "../platform/db/columns.ts";

/** Runs of jobs: one row for each job and window, so that no trigger makes the same run begin twice. */
export const jobRuns = mysqlTable(
  "job_runs",
  {
    job: asciiText(40).notNull(),
    /** The instant of the trigger, to the minute: what the run takes for now. */
    window_start: instant().notNull(),
    started_at: instant().notNull(),
    /** Set once its last page is done; until then any trigger after the lease goes on with it. */
    ended_at: instant(),
    lease_id: id(),
    lease_until: instant().notNull(),
    /** How far it has come: what its next page begins after, as the job itself wrote it. */
    next_after: varchar({ length: 190 }),
    pages: int().notNull(),
    failures: int().notNull(),
    counts: json().$type<Record<string, number>>().notNull(),
    /** Why its last try failed; null again once a page went well. */
    error: varchar({ length: 200 }),
  },
  (table) => [
    primaryKey({ columns: [table.job, table.window_start] }),
    index("job_runs_open").on(table.ended_at, table.window_start),
  ],
);
