import { once } from "node:events";
import { join } from "node:path";
import { Client } from "@planetscale/database";
import { NO_DATABASE } from "./find-database.ts";
import { bucketOf, localArchive, remoteArchive, type Archive } from "./logs/archive.ts";
import { lineOf } from "./logs/entry.ts";
import { LogsError, readOptions, USAGE, type Options } from "./logs/options.ts";
import { readLogs } from "./logs/read.ts";
import { findRunningStack, LOCAL_FOLDER } from "./running-stack.ts";

/** Where the acts stand: MySQL, and the archive, which is opened only if a part of it is asked for. */
interface Places {
  url: string;
  open: () => Promise<Archive>;
}

async function placesOf({ env }: Options, folder: string): Promise<Places> {
  if (env !== null) {
    const url = process.env["PLANETSCALE_URL"] ?? "";
    if (url === "") throw new LogsError(`--env ${env} needs PLANETSCALE_URL, of that environment.`);
    const bucket = await bucketOf(env);
    return { url, open: async () => await Promise.resolve(remoteArchive(bucket)) };
  }
  const stack = await findRunningStack(folder);
  if (stack === null) throw new LogsError(`${NO_DATABASE} A deployment also needs --env.`);
  const bucket = await bucketOf(null);
  return {
    url: stack.planetscale_url,
    open: async () => await localArchive(join(folder, "state"), bucket),
  };
}

/**
 * Prints what the options ask for, a line each, as `npm run logs` does; progress goes to `tell`.
 * `folder` is where the local stack keeps its data. Raises LogsError.
 */
export async function printLogs(
  options: Options,
  folder: string,
  print: (line: string) => Promise<void>,
  tell: (line: string) => void,
): Promise<void> {
  const { url, open } = await placesOf(options, folder);
  let opened: Promise<Archive> | null = null;
  const archive = async () => await (opened ??= open());
  const printed = { entries: 0, parts: 0 };
  try {
    const entries = readLogs(new Client({ url }), archive, options, (name) => {
      printed.parts += 1;
      tell(`reading ${name}`);
    });
    for await (const entry of entries) {
      printed.entries += 1;
      await print(lineOf(entry));
    }
    tell(`${printed.entries} entries, ${printed.parts} parts of the archive read`);
  } finally {
    await (await (opened as Promise<Archive> | null))?.close();
  }
}

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options === null) {
    console.log(USAGE);
    return;
  }
  const print = async (line: string): Promise<void> => {
    if (!process.stdout.write(line)) await once(process.stdout, "drain");
  };
  await printLogs(options, LOCAL_FOLDER, print, (line) => console.error(line));
}

if (import.meta.main) {
  // Whoever reads may stop early, as `head` does.
  process.stdout.on("error", () => process.exit(0));
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof LogsError ? error.message : error);
    process.exitCode = 1;
  }
}
