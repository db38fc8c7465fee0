import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { cpuTimeOf, type CpuTime } from "./cpu-time.ts";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { FaultLog } from "./fault-log.ts";
import type { StackMessage } from "./stack-process.ts";

/** The stack under measurement, in processes of its own. */
export type Stack = {
  /** Of the Worker: `http://127.0.0.1:port`. */
  url: string;
  planetscale_url: string;
  /** Of the database itself: `mysql://user:password@host:port/name`. */
  database_url: string;
  /** Of what stands in for Postmark. */
  mail_host: string;
  /** Where workerd answers to a debugger; null where the Worker runs as deployed. */
  inspector_port: number | null;
  /** CPU time used so far; null where the system does not tell. */
  cpuTime(): CpuTime | null;
  /** How often which fault the Worker has logged since the last call. */
  faults(): Promise<Record<string, number>>;
  /** SQL statements so far. */
  statements(): Promise<number>;
  /** Waits until the stack is at rest: the flushes behind the answers are done. */
  settled(): Promise<void>;
  /** Waits until all objects sleep that nobody has called since; those with sockets hibernate. */
  asleep(): Promise<void>;
  stop(): Promise<void>;
};

/** Flushes start within 750 ms of an answer; this long without work, and none is left. */
const QUIET_MS = 1_300;
/** Workerd rests where it uses less than this share of a CPU. */
const AT_REST = 0.05;
/** Workerd puts an object to sleep 10 s after its last call. */
const ASLEEP_MS = 12_000;
const POLL_MS = 100;
const GIVE_UP_MS = 120_000;

/**
 * Starts the stack, as it would be deployed or so that its boards can be measured from within; `onStep`
 * hears what it is doing. Raises an Error with its words when it cannot start.
 */
export async function startStack(
  onStep: (words: string) => void,
  kind: "deployed" | "measured" = "deployed",
): Promise<Stack> {
  const child = fork(join(import.meta.dirname, "stack-process.ts"), [kind], {
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
  const { url, planetscale_url, database_url, mail_host, inspector_port, log_file } = ready;
  const faultLog = new FaultLog(log_file);
  const pid = child.pid ?? 0;
  const statements = async (): Promise<number> => await statementsOf(planetscale_url);
  return {
    url,
    planetscale_url,
    database_url,
    mail_host,
    inspector_port,
    cpuTime: () => cpuTimeOf(pid),
    faults: async () => await faultLog.news(),
    statements,
    settled: async () => await untilQuiet(statements, () => cpuTimeOf(pid)?.workerd ?? 0),
    asleep: async () => await pause(ASLEEP_MS),
    stop,
  };
}

/** Waits until for a while no statement was counted and workerd was at rest. */
async function untilQuiet(statements: () => Promise<number>, cpu: () => number): Promise<void> {
  const began = performance.now();
  let quiet_since = began;
  let before = { statements: await statements(), cpu: cpu(), at: began };
  while (performance.now() - quiet_since < QUIET_MS) {
    await pause(POLL_MS);
    const now = { statements: await statements(), cpu: cpu(), at: performance.now() };
    const share = (now.cpu - before.cpu) / (now.at - before.at);
    // The kernel counts in steps of 10 ms: one of them in a poll says nothing.
    const rests = share < AT_REST || now.cpu - before.cpu <= 10;
    if (now.statements !== before.statements || !rests) quiet_since = now.at;
    if (now.at - began > GIVE_UP_MS) throw new Error("the stack does not come to rest");
    before = now;
  }
}

const statsSchema = z.object({ statements: z.int() });

async function statementsOf(planetscale_url: string): Promise<number> {
  const { origin } = new URL(planetscale_url);
  const answer = await fetch(`${origin}/_stats`);
  return statsSchema.parse(await answer.json()).statements;
}
