import { stopwatch } from "./clock.ts";
import { describeError } from "./describe-error.ts";

/** The parts whose calls a log line counts. */
export type Part = "object" | "mysql" | "mail" | "r2";
export type LogFields = Record<string, string | number | boolean | null | undefined | object>;

/** Collects what one unit of work did, and writes it as its one canonical line. */
export class WorkLog {
  readonly counts: Partial<Record<Part, { calls: number; ms: number }>> = {};
  private readonly fields: LogFields = {};
  private readonly started = stopwatch();

  /** Adds fields to the line; nothing secret and nothing personal may enter here. */
  note(fields: LogFields): void {
    Object.assign(this.fields, fields);
  }

  /** Counts one call to a part of the system, with its duration in ms. */
  count(part: Part, ms: number): void {
    const entry = (this.counts[part] ??= { calls: 0, ms: 0 });
    entry.calls += 1;
    entry.ms += ms;
  }

  /** Runs `work` as one counted call to `part`. */
  async timed<T>(part: Part, work: () => Promise<T>): Promise<T> {
    const from = stopwatch();
    try {
      return await work();
    } finally {
      this.count(part, stopwatch() - from);
    }
  }

  /** Gives the ms since this work began. */
  elapsed(): number {
    return stopwatch() - this.started;
  }

  /** How often these parts were called and how long that took together, in ms, as fields of the line. */
  calls(parts: readonly Part[]): Record<string, number> {
    const fields: Record<string, number> = {};
    for (const part of parts) {
      const { calls, ms } = this.counts[part] ?? { calls: 0, ms: 0 };
      fields[`${part}_calls`] = calls;
      fields[`${part}_ms`] = Math.round(ms);
    }
    return fields;
  }

  /** Writes the line: level, event, fields, counts by part, duration in ms. */
  write(level: "info" | "warn" | "error", event: string, fields: LogFields = {}): void {
    writeLine(level, event, {
      ...this.fields,
      ...fields,
      ...this.calls(Object.keys(this.counts) as Part[]),
      ms: Math.round(this.elapsed()),
    });
  }
}

/** Writes one JSON line. */
export function writeLine(
  level: "info" | "warn" | "error",
  event: string,
  fields: LogFields,
): void {
  const line = JSON.stringify({ level, event, ...fields });
  console[level](line);
}

/** Writes a fault that no caller sees: its kind and code, never the SQL or the parameters. */
export function logFault(event: string, error: unknown, fields: LogFields = {}): void {
  writeLine("error", event, { ...fields, ...describeError(error) });
}
