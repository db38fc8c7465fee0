import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "@planetscale/database";

/** An object has written what it has to within 2 s. */
const QUIET_MS = 2_500;

/** What each table holds, as a count and a sum over all its columns: whatever changes, one of them does. */
export type Tables = Record<string, string>;

/** Reads all tables of the database. */
async function readTables(database: Client): Promise<Tables> {
  const { rows } = await database.execute(
    `select table_name as t, column_name as c from information_schema.columns
     where table_schema = database() order by table_name, column_name`,
  );
  const columns = new Map<string, string[]>();
  for (const { t, c } of rows as { t: string; c: string }[])
    columns.set(t, [...(columns.get(t) ?? []), c]);
  const tables: Tables = {};
  for (const [table, names] of columns) {
    const parts = names.map((name) => `coalesce(\`${name}\`, 'null')`).join(", ");
    const sums = await database.execute(
      `select count(*) as n, coalesce(sum(crc32(concat_ws('|', ${parts}))), 0) as s from \`${table}\``,
    );
    const { n, s } = sums.rows[0] as { n: string; s: string };
    tables[table] = `${n} rows, ${s}`;
  }
  return tables;
}

/** Reads them when nothing moves any more: mails are sent, objects have written, the deleted are erased. */
export async function quietTables(database: Client): Promise<Tables> {
  // An erasure rests for 40 s between its two passes.
  while ((await database.execute("select user_id from erasures limit 1")).rows.length > 0)
    await pause(QUIET_MS);
  for (let before = await readTables(database); ;) {
    await pause(QUIET_MS);
    const after = await readTables(database);
    if (changedTables(before, after).length === 0) return after;
    before = after;
  }
}

/** The tables that are not what they were, but for the audit: it holds what was refused as well. */
export function changedTables(before: Tables, after: Tables): string[] {
  return Object.keys(after)
    .filter((table) => before[table] !== after[table] && !table.startsWith("audit_"))
    .map((table) => `${table}: ${before[table]} -> ${after[table]}`);
}
