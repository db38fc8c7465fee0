import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isRunning } from "./processes.ts";

/** Where `npm start` keeps its data. */
export const LOCAL_FOLDER = join(import.meta.dirname, "../../.local");

/** How other commands (the demo, `npm run admin`) find a stack that runs. */
export interface RunningStack {
  /** The process that runs it. */
  pid: number;
  api_url: string;
  mail_url: string;
  docs_url: string;
  /** With its credentials: the file is for its owner's eyes alone. */
  planetscale_url: string;
}

const fileIn = (folder: string): string => join(folder, "stack.json");

/** The stack that runs in this folder, or null. What a killed one left behind does not count. */
export async function findRunningStack(
  folder: string = LOCAL_FOLDER,
): Promise<RunningStack | null> {
  try {
    const stack = JSON.parse(await readFile(fileIn(folder), "utf8")) as RunningStack;
    return isRunning(stack.pid) ? stack : null;
  } catch {
    return null;
  }
}

/** Lets others find the stack. */
export async function announceStack(folder: string, stack: RunningStack): Promise<void> {
  await mkdir(dirname(fileIn(folder)), { recursive: true, mode: 0o700 });
  await writeFile(fileIn(folder), JSON.stringify(stack, null, 2), { mode: 0o600 });
}

/** Takes the announcement back. */
export async function withdrawStack(folder: string): Promise<void> {
  await rm(fileIn(folder), { force: true });
}
