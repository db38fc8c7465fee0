import type { SchemaStep } from "../platform/objects/schema.ts";

/** The closed baselines of a user's challenges: their days, and the day rule they were counted by. Append only. */
export const baselinesSchema: readonly SchemaStep[] = [
  `CREATE TABLE baselines (
     challenge_id TEXT PRIMARY KEY, counted_by TEXT NOT NULL, days TEXT NOT NULL, end_date TEXT NOT NULL
   ) WITHOUT ROWID`,
];
