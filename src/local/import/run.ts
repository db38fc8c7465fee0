import type { Client } from "@planetscale/database";
import { isTooCostly, readAccount, type Account } from "./account.ts";
import { csvRecords, type CsvRecord } from "./csv.ts";
import { cellsOf, readHeader, type Header } from "./header.ts";
import { ImportError } from "./import-error.ts";
import { userRowOf, type UserRow } from "./rows.ts";
import { addAccounts, countNew, type Outcome } from "./target.ts";

/** What became of a file's rows. */
export type Totals = {
  rows: number;
  imported: number;
  /** Addresses that had an account before; it was left as it is. */
  present: number;
  refused: number;
  /** Good rows of administrators. */
  admins: number;
  /** Good rows whose hash sign-in will not work on. */
  too_costly: number;
};

/** A row that was not taken, by the line it begins on. */
export type Refusal = { line: number; reason: string };

export type ImportRun = {
  client: Client;
  /** The bytes of the CSV file, in pieces of any size. */
  chunks: AsyncIterable<Uint8Array>;
  /** True: look and count, but write nothing. */
  is_dry: boolean;
  /** The time of the import, UTC ms. */
  now: number;
  onHeader?: (header: Header) => void;
  onRefusal: (refusal: Refusal) => Promise<void> | void;
  /** Told after each batch. */
  onProgress?: (totals: Readonly<Totals>) => void;
};

const ROWS_A_BATCH = 500;

/**
 * Imports a file, batch by batch: a run that ends early keeps what it wrote, and the next one goes on
 * from there. Of several good rows with one address the first is taken. Raises ImportError for a
 * header that lacks a column and for a database that fails.
 */
export async function importUsers(run: ImportRun): Promise<Totals> {
  const totals: Totals = {
    rows: 0,
    imported: 0,
    present: 0,
    refused: 0,
    admins: 0,
    too_costly: 0,
  };
  const seen = new FirstLines();
  const writer = new Writer(run, totals);
  let header: Header | null = null;
  for await (const record of csvRecords(run.chunks)) {
    if (header === null) {
      header = headerOf(record);
      run.onHeader?.(header);
      continue;
    }
    totals.rows += 1;
    const account = accountOf(header, record, run.now);
    const first = typeof account === "string" ? undefined : seen.note(account.email, record.line);
    if (typeof account === "string" || first !== undefined) {
      const reason =
        typeof account === "string" ? account : `email: line ${first} has the same address`;
      totals.refused += 1;
      await run.onRefusal({ line: record.line, reason });
      continue;
    }
    if (account.role === "admin") totals.admins += 1;
    if (isTooCostly(account.password_hash)) totals.too_costly += 1;
    await writer.add(userRowOf(account, run.now));
  }
  if (header === null) throw new ImportError("The file is empty.");
  await writer.finish();
  return totals;
}

function headerOf(record: CsvRecord): Header {
  const header = "fault" in record ? record.fault : readHeader(record.fields);
  if (typeof header === "string") throw new ImportError(`The header cannot be used: ${header}.`);
  return header;
}

function accountOf(header: Header, record: CsvRecord, now: number): Account | string {
  if ("fault" in record) return record.fault;
  const cells = cellsOf(header, record.fields);
  if (typeof cells === "string") return cells;
  const account = readAccount(cells, now);
  return "reasons" in account ? account.reasons.join("; ") : account;
}

/** On which line each address was taken; the only thing kept of all rows. */
class FirstLines {
  private readonly lines = new Map<string, number>();

  /** Gives the line that took this address before, or notes this one. */
  note(email: string, line: number): number | undefined {
    const first = this.lines.get(email);
    // A copy: a slice of the row's text would keep the whole row in memory.
    if (first === undefined) this.lines.set(Buffer.from(email).toString("latin1"), line);
    return first;
  }
}

/** Writes rows in batches, one while the next is being read and checked. */
class Writer {
  private readonly run: ImportRun;
  private readonly totals: Totals;
  private batch: UserRow[] = [];
  private writing: Promise<Outcome> | null = null;

  constructor(run: ImportRun, totals: Totals) {
    this.run = run;
    this.totals = totals;
  }

  async add(row: UserRow): Promise<void> {
    this.batch.push(row);
    if (this.batch.length >= ROWS_A_BATCH) await this.flush();
  }

  async finish(): Promise<void> {
    if (this.batch.length > 0) await this.flush();
    await this.settle();
  }

  private async flush(): Promise<void> {
    await this.settle();
    this.writing = (this.run.is_dry ? countNew : addAccounts)(this.run.client, this.batch);
    // Whoever settles it hears of a failure; until then it must not end the process.
    this.writing.catch(() => undefined);
    this.batch = [];
  }

  private async settle(): Promise<void> {
    if (this.writing === null) return;
    const { imported, present } = await this.writing;
    this.writing = null;
    this.totals.imported += imported;
    this.totals.present += present;
    this.run.onProgress?.(this.totals);
  }
}
