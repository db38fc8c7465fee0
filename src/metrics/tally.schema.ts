import type { SchemaStep } from "../platform/objects/schema.ts";

/** Append only. `until_at` 0: for ever; `counts`: of a histogram, JSON by upper bound. */
export const tallySchema: SchemaStep[] = [
  `CREATE TABLE series (
     name TEXT NOT NULL, labels TEXT NOT NULL, until_at INTEGER NOT NULL,
     sum REAL NOT NULL, counts TEXT NOT NULL, PRIMARY KEY (name, labels, until_at)
   ) WITHOUT ROWID`,
];
