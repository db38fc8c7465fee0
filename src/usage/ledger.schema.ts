import type { SchemaStep } from "../platform/objects/schema.ts";

/**
 * The ledger's tables in the user's object. Append only. Items are clustered by their start, which
 * both finds a day's items and knows an interval that was sent without an id.
 */
export const ledgerSchema: readonly SchemaStep[] = [
  `CREATE TABLE items (
     started_s INTEGER NOT NULL, device_id TEXT NOT NULL, client_app TEXT NOT NULL, ended_s INTEGER NOT NULL,
     id TEXT NOT NULL, app TEXT NOT NULL, app_name TEXT, category TEXT NOT NULL, date TEXT NOT NULL,
     received_at INTEGER NOT NULL, version INTEGER NOT NULL, flushed INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (started_s, device_id, client_app, ended_s)
   ) WITHOUT ROWID`,
  `CREATE UNIQUE INDEX items_by_id ON items (id)`,
  `CREATE INDEX items_waiting ON items (version) WHERE flushed = 0`,
  `CREATE TABLE reported (date TEXT PRIMARY KEY, flushed INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`,
  `CREATE TABLE devices (device_id TEXT PRIMARY KEY, known_until_s INTEGER NOT NULL) WITHOUT ROWID`,
];
