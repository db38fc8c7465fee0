import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Client } from "@planetscale/database";
import { findDatabase, NO_DATABASE } from "./find-database.ts";
import { ImportError } from "./import/import-error.ts";
import { readOptions, USAGE, type Options } from "./import/options.ts";
import { Progress, type Output } from "./import/progress.ts";
import { refusedPath, RefusedFile } from "./import/refused-file.ts";
import { reportLines } from "./import/report.ts";
import { importUsers, type Refusal, type Totals } from "./import/run.ts";

/** A batch that takes longer has lost its connection. */
const STATEMENT_MS = 30_000;
/** Refusals shown on the terminal; all of them stand in the file. */
const SHOWN = 10;

/**
 * Imports a CSV file into the database behind `url`, as `npm run import` does; gives what became of its
 * rows. Raises ImportError, and the file system's error where a file cannot be read or written.
 */
export async function importFile(
  { file, is_dry }: Pick<Options, "file" | "is_dry">,
  url: string,
  output: Output,
): Promise<Totals> {
  const { size } = await stat(file).catch(() => {
    throw new ImportError(`There is no file ${file}.`);
  });
  const started = performance.now();
  const progress = new Progress(output, size);
  const refused = is_dry ? null : await RefusedFile.begin(refusedPath(file));
  const shown: Refusal[] = [];
  let unused: string[] = [];
  const stream = createReadStream(file);
  let totals: Totals;
  let refused_path: string | null = null;
  try {
    totals = await importUsers({
      client: new Client({ url, fetch: patientFetch }),
      chunks: stream,
      is_dry,
      now: Date.now(),
      onHeader: (header) => {
        unused = header.unused;
      },
      onRefusal: async (refusal) => {
        if (shown.length < SHOWN) shown.push(refusal);
        await refused?.add(refusal);
      },
      onProgress: ({ rows }) => progress.show(stream.bytesRead, rows, performance.now()),
    });
  } finally {
    refused_path = (await refused?.close()) ?? null;
    progress.end();
  }
  const seconds = (performance.now() - started) / 1_000;
  for (const { line, reason } of shown) output.write(`line ${line}: ${reason}\n`);
  if (totals.refused > shown.length) {
    output.write(`and ${(totals.refused - shown.length).toLocaleString("en")} more\n`);
  }
  const closing = { file: basename(file), is_dry, seconds, unused, refused_path };
  for (const line of reportLines(totals, closing)) output.write(`${line}\n`);
  return totals;
}

/** Gives up where the driver would wait for ever. */
async function patientFetch(url: string, init?: object): Promise<Response> {
  return await fetch(url, { ...init, signal: AbortSignal.timeout(STATEMENT_MS) });
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options.is_help) {
    console.log(USAGE);
    return 0;
  }
  const url = await findDatabase();
  if (url === null) throw new ImportError(NO_DATABASE);
  const { refused } = await importFile(options, url, process.stdout);
  return refused > 0 ? 1 : 0;
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    console.error(words);
    process.exitCode = 2;
  }
}
