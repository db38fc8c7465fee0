import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { cpuTimeOf, type CpuTime } from "./cpu-time.ts";
import type { StackMessage } from "./stack-process.ts";

/** The stack under measurement, in processes of its own. */
export type Stack = {
  /** Of the Worker: `http://127.0.0.1:port`. */
  url: string;
  planetscale_url: string;
  /** The variables and secrets that the Worker runs with. */
  settings: Record<string, string>;
  /** Where the stack keeps its data while it runs. */
  folder: string;
  /** CPU time used so far; null where the system does not tell. */
  cpuTime(): CpuTime | null;
  /** SQL statements so far. */
  statements(): Promise<number>;
  /** Waits until nothing is written to the database any more: the flushes behind the answers are done. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/** Flushes start within 750 ms of an answer; this long without a statement, and none is left. */
const QUIET_MS = 1_300;
const POLL_MS = 100;
const GIVE_UP_MS = 120_000;

/** Starts the stack; `onStep` hears what it is doing. Raises an Error with its words when it cannot start. */
export async function startStack(onStep: (words: string) => void): Promise<Stack> {
  const child = fork(join(import.meta.dirname, "stack-process.ts"), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
  };
  const ready = await new Promise<Extract<StackMessage, { type: "ready" }>>((resolve, reject) => {
    child.on("message", (message: StackMessage) => {
      if (message.type === "step") onStep(message.words);
      else if (message.type === "ready") resolve(message);
      else reject(new Error(message.words));
    });
    child.once("exit", () => reject(new Error("the stack has ended")));
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const { url, planetscale_url, settings, folder } = ready;
  const pid = child.pid ?? 0;
  const statements = async (): Promise<number> => await statementsOf(planetscale_url);
  return {
    url,
    planetscale_url,
    settings,
    folder,
    cpuTime: () => cpuTimeOf(pid),
    statements,
    settled: async () => await untilQuiet(statements),
    stop,
  };
}

async function untilQuiet(count: () => Promise<number>): Promise<void> {
  const began = performance.now();
  let last = -1;
  let since = began;
  while (performance.now() - since < QUIET_MS) {
    const now = await count();
    if (now !== last) [last, since] = [now, performance.now()];
    if (performance.now() - began > GIVE_UP_MS) throw new Error("the database never gets quiet");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function statementsOf(planetscale_url: string): Promise<number> {
  const { origin } = new URL(planetscale_url);
  const answer = await fetch(`${origin}/_stats`);
  const { statements } = (await answer.json()) as { statements: number };
  return statements;
}
