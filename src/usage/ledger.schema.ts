import type { SchemaStep } from "../platform/objects/schema.ts";

/**
 * The ledger's tables in the user's object. Append only. Intervals are clustered by their start, which
 * both finds a day's and knows one that was sent without an id; totals by their date, device and app.
 */
export const ledgerSchema: readonly SchemaStep[] = [
  `CREATE TABLE intervals (
     started_s INTEGER NOT NULL, device_id TEXT NOT NULL, client_app TEXT NOT NULL, ended_s INTEGER NOT NULL,
     id TEXT NOT NULL, app TEXT NOT NULL, app_name TEXT, category TEXT NOT NULL, date TEXT NOT NULL,
     received_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL,
     PRIMARY KEY (started_s, device_id, client_app, ended_s)
   ) WITHOUT ROWID`,
  `CREATE UNIQUE INDEX intervals_by_id ON intervals (id)`,
  // hidden_seconds: how much of it its owner has taken out of their history.
  `CREATE TABLE totals (
     date TEXT NOT NULL, device_id TEXT NOT NULL, client_app TEXT NOT NULL,
     id TEXT NOT NULL, kind TEXT NOT NULL, app TEXT NOT NULL, app_name TEXT, category TEXT NOT NULL,
     started_s INTEGER NOT NULL, ended_s INTEGER NOT NULL, total_seconds INTEGER NOT NULL,
     hidden_seconds INTEGER NOT NULL DEFAULT 0, received_at INTEGER NOT NULL, deleted_at INTEGER,
     version INTEGER NOT NULL, PRIMARY KEY (date, device_id, client_app)
   ) WITHOUT ROWID`,
  `CREATE UNIQUE INDEX totals_by_id ON totals (id)`,
  `CREATE TABLE reported (date TEXT PRIMARY KEY) WITHOUT ROWID`,
  `CREATE TABLE devices (device_id TEXT PRIMARY KEY, known_until_s INTEGER NOT NULL) WITHOUT ROWID`,
  // What MySQL may not know yet: an item by its id, or an own date that was vouched for.
  `CREATE TABLE outbox (seq INTEGER PRIMARY KEY, item_id TEXT, date TEXT)`,
];
