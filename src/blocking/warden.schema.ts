import type { SchemaStep } from "../platform/objects/schema.ts";

/** What only the user's object knows of their rules: alerts given, and resets. Append only. */
export const wardenSchema: readonly SchemaStep[] = [
  `CREATE TABLE alerts (
     rule_id TEXT NOT NULL, date TEXT NOT NULL, percent INTEGER NOT NULL, PRIMARY KEY (rule_id, date, percent)
   ) WITHOUT ROWID`,
  `CREATE TABLE resets (
     rule_id TEXT PRIMARY KEY, date TEXT NOT NULL, count INTEGER NOT NULL, offset_seconds INTEGER NOT NULL
   ) WITHOUT ROWID`,
];
