/** One step of an object's own schema: SQL statements, never changed once deployed. */
export type SchemaStep = string;

/**
 * Brings an object's SQLite up to `steps`; safe to call at every wake. Append only: each part of an
 * object counts its own steps under `part`, so that parts grow without knowing of each other.
 */
export function migrateSchema(
  storage: DurableObjectStorage,
  part: string,
  steps: readonly SchemaStep[],
): void {
  storage.transactionSync(() => {
    storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS _schema (part TEXT PRIMARY KEY, steps INTEGER NOT NULL)",
    );
    const row = storage.sql
      .exec<{ steps: number }>("SELECT steps FROM _schema WHERE part = ?", part)
      .toArray()[0];
    const done = row?.steps ?? 0;
    if (done >= steps.length) return;
    for (const step of steps.slice(done)) storage.sql.exec(step);
    storage.sql.exec(
      "INSERT OR REPLACE INTO _schema (part, steps) VALUES (?, ?)",
      part,
      steps.length,
    );
  });
}
