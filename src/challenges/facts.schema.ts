import type { SchemaStep } from "../platform/objects/schema.ts";

/** What a board was told: who takes part, by which group of days, and their days. Append only. */
export const factsSchema: readonly SchemaStep[] = [
  `CREATE TABLE people (
     user_id TEXT PRIMARY KEY, display_name TEXT NOT NULL, avatar_url TEXT, named_version INTEGER NOT NULL,
     group_id INTEGER NOT NULL, is_in INTEGER NOT NULL
   ) WITHOUT ROWID`,
  `CREATE INDEX people_group ON people (group_id, user_id)`,
  `CREATE TABLE days (
     user_id TEXT NOT NULL, date TEXT NOT NULL, seconds INTEGER NOT NULL, reported INTEGER NOT NULL,
     version INTEGER NOT NULL, PRIMARY KEY (user_id, date)
   ) WITHOUT ROWID`,
  // One row a person: a board of many is filled, and somebody's score made anew, by a tenth of the rows.
  `CREATE TABLE told (user_id TEXT PRIMARY KEY, days TEXT NOT NULL) WITHOUT ROWID;
   INSERT INTO told
     SELECT user_id, json_group_array(json_array(date, seconds, reported, version)) FROM days GROUP BY user_id;
   DROP TABLE days`,
];

/** The day rules people play by, and when the next own day of each ends. Append only. */
export const groupsSchema: readonly SchemaStep[] = [
  `CREATE TABLE groups (
     id INTEGER PRIMARY KEY, timezone TEXT NOT NULL, day_start_minute INTEGER NOT NULL,
     next_at INTEGER, done_until TEXT NOT NULL DEFAULT '', UNIQUE (timezone, day_start_minute)
   )`,
];

/** What follows from the facts: the score of everybody who takes part. Append only. */
export const standingsSchema: readonly SchemaStep[] = [
  `CREATE TABLE scores (
     user_id TEXT PRIMARY KEY, score REAL NOT NULL, days_reported INTEGER NOT NULL,
     days_total INTEGER NOT NULL, coverage REAL NOT NULL
   ) WITHOUT ROWID`,
];
