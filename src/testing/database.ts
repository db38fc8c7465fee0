import { Client } from "@planetscale/database";
import { inject } from "vitest";

/** The database behind the Worker under test. */
export function testDatabase(): Client {
  return new Client({ url: inject("planetscaleUrl") });
}

/** The rows that a query gives. */
export async function rowsIn<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
  return (await testDatabase().execute(sql, values)).rows as Row[];
}

/** How many rows MySQL holds of what follows a `from`. */
export async function countRows(from: string, ...values: unknown[]): Promise<number> {
  const [row] = await rowsIn<{ n: unknown }>(`select count(*) as n from ${from}`, ...values);
  return Number(row?.n);
}
