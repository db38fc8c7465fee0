import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** The parts of the stack whose work is told apart. */
export const CPU_PARTS = ["workerd", "endpoint", "database"] as const;
export type CpuPart = (typeof CPU_PARTS)[number];
/** CPU time that each part has used, user and kernel together, in ms. */
export type CpuTime = Record<CpuPart, number>;

/** One process as the kernel counts it; `ticks` of CPU time, its own and that of its ended children. */
export type ProcessTimes = { pid: number; parent: number; name: string; ticks: number };

/** Reads one `/proc/<pid>/stat`; null for what is none. */
export function parseStat(text: string): ProcessTimes | null {
  // The name stands in brackets and may itself hold brackets and blanks.
  const match = /^(\d+) \((.*)\) (.+)$/s.exec(text);
  const [, pid, name, rest] = match ?? [];
  if (pid === undefined || name === undefined || rest === undefined) return null;
  const fields = rest.trim().split(" ").map(Number);
  // After the name: state, parent, ..., and utime, stime, cutime, cstime as the 12th to 15th.
  const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
  return { pid: Number(pid), parent: fields[1] ?? 0, name, ticks };
}

/** Adds up the ticks of a process and all below it, by part; the Node process itself is the endpoint. */
export function ticksBelow(root: number, processes: readonly ProcessTimes[]): CpuTime {
  const sum: CpuTime = { workerd: 0, endpoint: 0, database: 0 };
  const below = new Set([root]);
  // Processes may be listed in any order: go on until nothing is added any more.
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  for (const { pid, name, ticks } of processes) if (below.has(pid)) sum[partOf(name)] += ticks;
  return sum;
}

/** The CPU time used so far by a process and all below it; null where the kernel does not tell (no /proc). */
export function cpuTimeOf(root: number): CpuTime | null {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return null;
  }
  const processes = names.flatMap((name) => (/^\d+$/.test(name) ? (statOf(name) ?? []) : []));
  if (!processes.some((one) => one.pid === root)) return null;
  const ticks = ticksBelow(root, processes);
  const ms = 1000 / ticksPerSecond();
  return {
    workerd: ticks.workerd * ms,
    endpoint: ticks.endpoint * ms,
    database: ticks.database * ms,
  };
}

let frequency: number | null = null;

function ticksPerSecond(): number {
  frequency ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  return frequency;
}

function statOf(pid: string): ProcessTimes | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // It has ended since the folder was read.
    return null;
  }
}

function partOf(name: string): CpuPart {
  if (name === "workerd") return "workerd";
  return /^(mysqld|mariadbd)/.test(name) ? "database" : "endpoint";
}
