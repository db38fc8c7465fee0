import { open } from "node:fs/promises";

/** Reads which faults the Worker wrote to its log: some of them no caller ever sees. */
export class FaultLog {
  private readonly file: string;
  private read_to = 0;

  /** Takes the log's path; its lines are JSON. */
  constructor(file: string) {
    this.file = file;
  }

  /** How often which fault was written since the last call. */
  async news(): Promise<Record<string, number>> {
    const text = await this.rest();
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    this.read_to += Buffer.byteLength(whole);
    return faultsIn(whole);
  }

  private async rest(): Promise<string> {
    const file = await open(this.file);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read({
        buffer: Buffer.alloc(size - this.read_to),
        position: this.read_to,
      });
      return buffer.toString();
    } finally {
      await file.close();
    }
  }
}

/** Counts the lines of level `error`, by event and what it says of its cause. */
export function faultsIn(lines: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines.split("\n")) {
    // Nearly all lines are those of requests that went well: they are not worth parsing.
    if (!line.includes('"level":"error"')) continue;
    const name = nameOf(JSON.parse(line));
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function nameOf(line: unknown): string {
  const { event, kind, code, error } = line as Record<string, string | undefined>;
  return [event, kind, code, error].filter((word) => word !== undefined).join(" ");
}
