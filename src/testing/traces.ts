import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { doWhatIsDue } from "./alarms.ts";
import { testDatabase } from "./database.ts";

/** Where a text stands in MySQL, as `table.column`. */
export async function tracesInMySql(text: string): Promise<string[]> {
  return (await tracesOfEach({ text })).text;
}

/**
 * Where each of these texts stands in MySQL, as `table.column`: every column of every table is
 * searched, as the database itself lists them, so that one that is added later is searched as well.
 */
export async function tracesOfEach<What extends string>(
  texts: Record<What, string>,
): Promise<Record<What, string[]>> {
  const database = testDatabase();
  const { rows } = await database.execute(
    `select table_name as t, column_name as c from information_schema.columns
     where table_schema = database() order by table_name, column_name`,
  );
  const tables = new Map<string, string[]>();
  for (const { t, c } of rows as { t: string; c: string }[]) {
    tables.set(t, [...(tables.get(t) ?? []), c]);
  }
  const whats = Object.keys(texts) as What[];
  const found = Object.fromEntries(whats.map((what) => [what, [] as string[]])) as Record<
    What,
    string[]
  >;
  for (const [table, columns] of tables) {
    const counts = whats.flatMap((what, at) =>
      columns.map(
        (column) =>
          `sum(instr(convert(\`${column}\` using utf8mb4), convert(:${what} using utf8mb4)) > 0) as \`${at}.${column}\``,
      ),
    );
    const sums = await database.execute(`select ${counts.join(", ")} from \`${table}\``, texts);
    for (const [name, count] of Object.entries((sums.rows[0] ?? {}) as Record<string, unknown>)) {
      const [at = "", column = ""] = name.split(".");
      const what = whats[Number(at)];
      if (what !== undefined && Number(count ?? 0) > 0) found[what].push(`${table}.${column}`);
    }
  }
  return found;
}

/** All that an object keeps, as one text: the rows of every table, the keys, the alarm; "" for nothing. */
export async function keptIn<T extends Rpc.DurableObjectBranded | undefined>(
  stub: DurableObjectStub<T>,
): Promise<string> {
  return await runInDurableObject(
    stub as never,
    async (_object, { storage }: DurableObjectState) => {
      const tables = storage.sql
        .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
        .toArray()
        .filter(({ name }) => !name.startsWith("_cf_"))
        .map(({ name }) => [name, storage.sql.exec(`SELECT * FROM "${name}"`).toArray()]);
      const kept = { tables, keys: [...(await storage.list())], alarm: await storage.getAlarm() };
      const isEmpty = tables.length + kept.keys.length === 0 && kept.alarm === null;
      return isEmpty ? "" : JSON.stringify(kept);
    },
  );
}

type Kept = {
  tables: [name: string, rows: Record<string, unknown>[]][];
  keys: unknown[];
  alarm: number | null;
};

/** Says whether an object keeps nothing but the tables it makes when it is only looked into. */
function isBare({ tables, keys, alarm }: Kept): boolean {
  const rows = tables.filter(([name]) => name !== "_schema").flatMap(([, some]) => some);
  return rows.length + keys.length === 0 && alarm === null;
}

/**
 * Has a deleted user's object do what is due, the clock put forward to it each time, until nothing is
 * left of it; gives how long that took by the clock, in ms. `between` is done after each round.
 */
export async function untilErased(
  user_id: string,
  clock: { now: () => number; advance: (ms: number) => void },
  between: () => Promise<unknown> = async () => undefined,
): Promise<number> {
  const from = clock.now();
  let text = "";
  for (let rounds = 0; rounds < 100; rounds += 1) {
    // A stub does not outlive its object.
    const stub = env.USER.get(env.USER.idFromName(user_id));
    await doWhatIsDue(stub);
    text = await keptIn(stub);
    if (text === "") return clock.now() - from;
    const kept = JSON.parse(text) as Kept;
    if (isBare(kept)) return clock.now() - from;
    const due = kept.tables
      .filter(([name]) => name === "jobs")
      .flatMap(([, jobs]) => jobs.map(({ due_at }) => Number(due_at)));
    await between();
    clock.advance(Math.max(0, Math.min(...due) - clock.now()));
  }
  throw new Error(`the erasure does not end: ${text}`);
}
