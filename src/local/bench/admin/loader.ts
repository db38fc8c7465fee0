import { createConnection, type Connection } from "mariadb";
import { serverOptions } from "../../server-settings.ts";
import type { Row } from "../rows.ts";

const ROWS_A_STATEMENT = 2_000;
const ROWS_A_COMMIT = 100_000;

type Index = { name: string; column: string };

/** Fills empty tables with millions of rows, over a connection of its own to the database. */
export class Loader {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Connects to `mysql://user:password@host:port/name`. */
  static async open(database_url: string): Promise<Loader> {
    return new Loader(await createConnection(serverOptions(database_url)));
  }

  /** Adds rows in the order of the table's keys; all have the columns of the first. */
  async add(table: string, rows: Iterable<Row>): Promise<void> {
    let waiting: Row[] = [];
    let open = 0;
    await this.#connection.beginTransaction();
    const send = async (): Promise<void> => {
      await this.#insert(table, waiting);
      open += waiting.length;
      waiting = [];
      if (open < ROWS_A_COMMIT) return;
      await this.#connection.commit();
      await this.#connection.beginTransaction();
      open = 0;
    };
    for (const row of rows) {
      waiting.push(row);
      if (waiting.length === ROWS_A_STATEMENT) await send();
    }
    await send();
    await this.#connection.commit();
  }

  /** The same where rows come all over other indexes: these are made anew afterwards, which is quicker. */
  async addUnindexed(table: string, rows: Iterable<Row>): Promise<void> {
    const indexes = await this.#indexesOf(table);
    const names = [...indexes.keys()];
    const alter = async (changes: string[]): Promise<void> => {
      if (changes.length > 0)
        await this.#connection.query(`alter table ${table} ${changes.join()}`);
    };
    await alter(names.map((name) => `drop index ${name}`));
    await this.add(table, rows);
    await alter([...indexes].map(([name, columns]) => `add index ${name} (${columns.join()})`));
  }

  /** Has the planner know what the tables hold, as it would where they had grown. */
  async analyze(tables: readonly string[]): Promise<void> {
    await this.#connection.query(`analyze table ${tables.join()}`);
  }

  async close(): Promise<void> {
    await this.#connection.end();
  }

  async #insert(table: string, rows: readonly Row[]): Promise<void> {
    const columns = Object.keys(rows[0] ?? {});
    if (columns.length === 0) return;
    const marks = `(${columns.map(() => "?").join()})`;
    await this.#connection.query(
      `insert into ${table} (${columns.join()}) values ${rows.map(() => marks).join()}`,
      rows.flatMap((row) => columns.map((column) => row[column] ?? null)),
    );
  }

  /** The columns of each index that is not unique. */
  async #indexesOf(table: string): Promise<Map<string, string[]>> {
    const rows: Index[] = await this.#connection.query(
      "select index_name as `name`, column_name as `column` from information_schema.statistics where table_schema = database() and table_name = ? and non_unique = 1 order by index_name, seq_in_index",
      [table],
    );
    const indexes = new Map<string, string[]>();
    for (const { name, column } of rows) {
      indexes.set(name, [...(indexes.get(name) ?? []), column]);
    }
    return indexes;
  }
}
