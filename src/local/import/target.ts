import { setTimeout as pause } from "node:timers/promises";
import type { Client, Connection } from "@planetscale/database";
import { ImportError } from "./import-error.ts";
import type { UserRow } from "./rows.ts";

/** How many of a batch's addresses are new, and how many were there before. */
export type Outcome = { imported: number; present: number };

/** Pauses before a batch is tried again; what it wrote before its answer was lost is found again by its ids. */
const PAUSES_MS = [200, 1_000, 3_000, 10_000];
/** Errors of MySQL's that pass: lock waits, deadlocks, lost connections, a server that is away. */
const PASSING = new Set([1040, 1053, 1158, 1159, 1160, 1161, 1205, 1213, 2002, 2003, 2006, 2013]);
const GO_ON = "What was imported stays; run it again to go on.";

/** Says how many of these addresses (different ones, in lower case) are new. Writes nothing. */
export async function countNew(client: Client, rows: readonly UserRow[]): Promise<Outcome> {
  return await insisting(async () => {
    const owners = await ownersOf(client, rows);
    return { imported: rows.length - owners.size, present: owners.size };
  });
}

/**
 * Adds the accounts whose addresses nobody has, each with its first day rule, in one transaction;
 * accounts that are there keep everything. Passing faults are tried again: safe, since a second
 * write of the same rows changes nothing. Raises ImportError.
 */
export async function addAccounts(client: Client, rows: readonly UserRow[]): Promise<Outcome> {
  return await insisting(async () => {
    const owners = await ownersOf(client, rows);
    const missing = rows.filter(({ email }) => !owners.has(email));
    const ours = rows.filter(({ id, email }) => owners.get(email) === id).length;
    const added = missing.length === 0 ? 0 : await insert(client.connection(), missing);
    return { imported: ours + added, present: rows.length - ours - added };
  });
}

/** Whose the addresses are: id by address, for those that somebody has. */
async function ownersOf(client: Client, rows: readonly UserRow[]): Promise<Map<string, string>> {
  const found = await client.execute("select id, email from users where email in (?)", [
    rows.map(({ email }) => email),
  ]);
  return new Map((found.rows as UserRow[]).map(({ id, email }) => [email, id]));
}

/** Adds the rows in one transaction; gives how many were added, without addresses taken meanwhile. */
async function insert(connection: Connection, rows: readonly UserRow[]): Promise<number> {
  const columns = Object.keys(rows[0] ?? {});
  const marks = `(${columns.map(() => "?").join(", ")})`;
  const values = rows.flatMap((row) => columns.map((column) => row[column] ?? null));
  await connection.execute("begin");
  try {
    await connection.execute(
      `insert into users (${columns.join(", ")}) values ${rows.map(() => marks).join(", ")}
       on duplicate key update email = users.email`,
      values,
    );
    const rules = await connection.execute(
      `insert into user_day_rules (user_id, since, timezone, day_start_minute)
       select id, created_at, timezone, day_start_minute from users where id in (?)`,
      [rows.map(({ id }) => id)],
    );
    await connection.execute("commit");
    return rules.rowsAffected;
  } catch (error) {
    // The first error counts; a transaction that cannot be rolled back ends by itself.
    await connection.execute("rollback").catch(() => undefined);
    throw error;
  }
}

async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const fault = describeFault(error);
      const pause_ms = PAUSES_MS[attempt];
      if (pause_ms === undefined || !fault.isPassing) throw new ImportError(fault.words);
      await pause(pause_ms);
    }
  }
}

/** Only numbers and codes: PlanetScale's own words repeat the statement, addresses and hashes included. */
function describeFault(error: unknown): { isPassing: boolean; words: string } {
  const { name, message, status } = error as Error & { status?: number };
  const errno = Number(/\(errno (\d+)\)/.exec(message)?.[1] ?? 0);
  if (status === 401 || status === 403)
    return { isPassing: false, words: "The database refuses these credentials." };
  if (errno !== 0 && !PASSING.has(errno)) {
    const hint = errno === 1146 ? " Its tables are missing: apply the migrations first." : "";
    return {
      isPassing: false,
      words: `The database refuses a batch (errno ${errno}).${hint} ${GO_ON}`,
    };
  }
  const code = errno === 0 ? (status ?? name) : `errno ${errno}`;
  return { isPassing: true, words: `The database does not answer (${code}). ${GO_ON}` };
}
