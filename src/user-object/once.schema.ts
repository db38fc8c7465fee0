import type { SchemaStep } from "../platform/objects/schema.ts";

/**
 * The keys under which a user's requests were done once, in the order they came (`number`), each
 * with its answer once there is one. Append only. The body stands last: judging a key reads no answer.
 */
export const onceSchema: readonly SchemaStep[] = [
  `CREATE TABLE once (
     number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, fingerprint TEXT NOT NULL, entity_id TEXT NOT NULL,
     begun_at INTEGER NOT NULL, holder TEXT NOT NULL, leased_until INTEGER NOT NULL,
     status INTEGER, headers TEXT, body BLOB
   )`,
];
