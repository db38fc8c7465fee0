import type { Client } from "@planetscale/database";

/** What each table holds, as a count and a sum over all its columns: whatever changes, one of them does. */
export type Tables = Record<string, string>;

/** Reads all tables of the database. */
export async function readTables(database: Client): Promise<Tables> {
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

/** The tables that are not what they were. */
export function changedTables(before: Tables, after: Tables): string[] {
  return Object.keys(after)
    .filter((table) => before[table] !== after[table])
    .map((table) => `${table}: ${before[table]} -> ${after[table]}`);
}
