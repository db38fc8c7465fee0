import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const STOP_MS = 20_000;

/** Whether a process with this id is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A process's command line, words apart by blanks, or null when there is no such process. */
export async function commandOf(pid: number): Promise<string | null> {
  if (!isRunning(pid)) return null;
  try {
    return (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
  } catch {
    // Not Linux.
  }
  try {
    return (await run("ps", ["-p", String(pid), "-o", "command="])).stdout.trim();
  } catch {
    return null;
  }
}

/** The processes that a process has started and that still run, with their command lines. */
export async function childrenOf(pid: number): Promise<{ pid: number; command: string }[]> {
  const children: { pid: number; command: string }[] = [];
  for (const child of await childPids(pid)) {
    const command = await commandOf(child);
    if (command !== null) children.push({ pid: child, command });
  }
  return children;
}

async function childPids(pid: number): Promise<number[]> {
  try {
    const tasks = await readdir(`/proc/${pid}/task`);
    const lists = await Promise.all(
      tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8")),
    );
    return lists.join(" ").split(" ").filter(Boolean).map(Number);
  } catch {
    // Not Linux, or a kernel without that file.
  }
  try {
    const { stdout } = await run("pgrep", ["-P", String(pid)]);
    return stdout.split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Asks a process to end and waits for it; one that does not hear is killed. */
export async function endProcess(pid: number, isAlive: () => boolean): Promise<void> {
  signal(pid, "SIGTERM");
  const killAt = Date.now() + STOP_MS;
  while (isAlive()) {
    if (Date.now() > killAt) signal(pid, "SIGKILL");
    await delay(10);
  }
}

/** Sends a signal; a process that has gone by now is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone.
  }
}
