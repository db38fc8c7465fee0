import { z } from "zod";
import { CPU_PARTS, type CpuTime } from "./cpu-time.ts";

const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });
const counts = z.record(z.string(), z.int());
/** What went wrong, by how often. */
const wrong = {
  /** Answers that were not as expected, frames that never came: the run has failed. */
  failures: counts,
  /** What the Worker logged and made good by itself, such as a flush that was tried again. */
  faults: counts,
};

/** What one phase cost. */
export const phaseResult = z.object({
  name: z.string(),
  title: z.string(),
  /** Over how many people the requests were spread; null where nobody in particular sent them. */
  people: z.int().nullable(),
  requests: z.int(),
  seconds: z.number(),
  per_second: z.number(),
  /** Where a request carries many. */
  items_per_second: z.number().nullable(),
  latency_ms: percentiles,
  /** CPU a request, with all that followed it; null where the system does not tell. */
  cpu_ms: z.record(z.enum(CPU_PARTS), z.number()).nullable(),
  /** SQL statements a request. */
  statements: z.number(),
  ...wrong,
});
export type PhaseResult = z.infer<typeof phaseResult>;

/** How long news took from a phone's answer to the viewers. */
export const delayResult = z.object({
  name: z.string(),
  title: z.string(),
  viewers: z.int(),
  reports: z.int(),
  /** Each viewer's sight of each report is one. */
  samples: z.int(),
  delay_ms: percentiles,
  /** How long the reports themselves took to be answered. */
  answer_ms: percentiles,
  ...wrong,
});
export type DelayResult = z.infer<typeof delayResult>;

/** One window of reminders: its instant (UTC ms), how many it mailed, by how many pages, in what time. */
export const windowResult = z.object({
  at: z.int(),
  mailed: z.int(),
  pages: z.int(),
  ms: z.number(),
});
export type WindowResult = z.infer<typeof windowResult>;

/** A day of reminders. */
export const reminderResult = z.object({
  title: z.string(),
  readers: z.int(),
  /** All of it, the preparation and the sending too. */
  seconds: z.number(),
  /** The run before the first, which reckons when each of them is due. */
  armed: windowResult,
  windows: z.array(windowResult),
  ...wrong,
});
export type ReminderResult = z.infer<typeof reminderResult>;

/** A figure of a board, and what it must keep within. */
export const boardFigure = z.object({
  what: z.string(),
  measured: z.number(),
  unit: z.string(),
  bound: z.number(),
  met: z.boolean(),
  /** What else was seen, in words. */
  beside: z.string(),
});
export type BoardFigure = z.infer<typeof boardFigure>;

/** A board of many, measured from within. */
export const boardResult = z.object({
  title: z.string(),
  participants: z.int(),
  figures: z.array(boardFigure),
  ...wrong,
});
export type BoardResult = z.infer<typeof boardResult>;

/** How long a list or statistic took to answer: the first time, and again; and what it must keep within. */
export const adminFigure = z.object({
  what: z.string(),
  first_ms: z.number(),
  p50: z.number(),
  p95: z.number(),
  bound: z.number(),
  met: z.boolean(),
});
export type AdminFigure = z.infer<typeof adminFigure>;

/** What administrators see of a service that has grown. */
export const adminResult = z.object({
  title: z.string(),
  /** What it took to make that service. */
  seconds: z.number(),
  figures: z.array(adminFigure),
  ...wrong,
});
export type AdminResult = z.infer<typeof adminResult>;

/** Many challenges that ended at the same instant. */
export const turningResult = z.object({
  title: z.string(),
  challenges: z.int(),
  /** Of the cron's runs. */
  pages: z.int(),
  /** Until all were final, and until all their results were mailed. */
  final_seconds: z.number(),
  mailed_seconds: z.number(),
  mails: z.int(),
  ...wrong,
});
export type TurningResult = z.infer<typeof turningResult>;

/** A whole run, as it is written for later comparison. */
export const runResult = z.object({
  at: z.string(),
  machine: z.string(),
  floor: z.object({ before: phaseResult, after: phaseResult }),
  phases: z.array(phaseResult),
  delays: z.array(delayResult),
  reminders: z.array(reminderResult).default([]),
  boards: z.array(boardResult).default([]),
  turnings: z.array(turningResult).default([]),
  admins: z.array(adminResult).default([]),
});
export type RunResult = z.infer<typeof runResult>;

/** All CPU a request took, in ms; null where it is not known. */
export function cpuOf(result: Pick<PhaseResult, "cpu_ms">): number | null {
  if (!result.cpu_ms) return null;
  return CPU_PARTS.reduce((sum, part) => sum + (result.cpu_ms?.[part] ?? 0), 0);
}

/** What was used between two readings, by request; null where there is no reading. */
export function cpuBetween(
  before: CpuTime | null,
  after: CpuTime | null,
  requests: number,
): CpuTime | null {
  if (!before || !after) return null;
  const used = { ...after };
  for (const part of CPU_PARTS) used[part] = (after[part] - before[part]) / Math.max(1, requests);
  return used;
}

/** The floor of a run: the mean of both times it was measured. */
export function floorOf({ floor: { before, after } }: Pick<RunResult, "floor">): {
  per_second: number;
  cpu: number | null;
} {
  const [first, second] = [cpuOf(before), cpuOf(after)];
  return {
    per_second: (before.per_second + after.per_second) / 2,
    cpu: first === null || second === null ? null : (first + second) / 2,
  };
}

/** What went wrong in a run, by how often and where. */
export function wrongIn(run: RunResult, which: keyof typeof wrong): string[] {
  const { before, after } = run.floor;
  const { phases, delays, reminders, boards, turnings, admins } = run;
  const others = [...delays, ...reminders, ...boards, ...turnings, ...admins];
  const parts = [before, ...phases, after, ...others];
  return parts.flatMap((part) =>
    Object.entries(part[which]).map(([kind, times]) => `${part.title}: ${times} x ${kind}`),
  );
}
