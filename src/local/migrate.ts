import { existsSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@planetscale/database";
import { DrizzleQueryError } from "drizzle-orm";
import { drizzle } from "drizzle-orm/planetscale-serverless";
import { migrate as applyMigrations } from "drizzle-orm/planetscale-serverless/migrator";

const MIGRATIONS = join(import.meta.dirname, "../../migrations");
const TABLE = "__drizzle_migrations";

/**
 * Brings a database up to the newest migration, through PlanetScale's protocol; what is applied
 * already stays as it is. For local databases and development branches: production gets its schema by
 * deploy request. Gives the number of migrations applied now, 0 where there are none yet. Raises an
 * Error when a statement fails: those before it have taken effect, as DDL always does.
 */
export async function migrate(
  planetscaleUrl: string,
  folder: string = MIGRATIONS,
): Promise<number> {
  if (!existsSync(join(folder, "meta/_journal.json"))) return 0;
  const client = new Client({ url: planetscaleUrl });
  const before = await countApplied(client);
  try {
    await applyMigrations(drizzle(client), { migrationsFolder: folder, migrationsTable: TABLE });
  } catch (error) {
    // Drizzle's own message is the statement; what went wrong with it is in its cause.
    const cause = error instanceof DrizzleQueryError ? error.cause : error;
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`A migration failed: ${words.slice(0, 400)}`, { cause: error });
  }
  return (await countApplied(client)) - before;
}

async function countApplied(client: Client): Promise<number> {
  const tables = await client.execute("show tables like ?", [TABLE]);
  if (tables.size === 0) return 0;
  const { rows } = await client.execute(`select count(*) as applied from ${TABLE}`);
  const [row] = rows as { applied: string }[];
  return Number(row?.applied ?? 0);
}

if (import.meta.main) {
  const url = process.env["PLANETSCALE_URL"];
  if (url === undefined || url === "") {
    console.error("PLANETSCALE_URL must name the development branch to migrate.");
    process.exitCode = 1;
  } else {
    console.log(`${await migrate(url)} migrations applied to ${new URL(url).host}`);
  }
}
