import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { finished } from "node:stream/promises";
import type { Refusal } from "./run.ts";

/** Where the refused rows of a file are listed: `users.csv` → `users.refused.csv`, beside it. */
export function refusedPath(path: string): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.refused${extension || ".csv"}`);
}

/** The list of refused rows as CSV, line and reason; there is no such file where none was refused. */
export class RefusedFile {
  readonly path: string;
  private stream: WriteStream | null = null;

  private constructor(path: string) {
    this.path = path;
  }

  /** Takes away the list of an earlier run, which would belie this one. */
  static async begin(path: string): Promise<RefusedFile> {
    await rm(path, { force: true });
    return new RefusedFile(path);
  }

  /** Adds a row; waits where the disk is slower than the reader. */
  async add({ line, reason }: Refusal): Promise<void> {
    if (this.stream === null) {
      this.stream = createWriteStream(this.path);
      // Without a listener the event would end the process; the next row, or the end, hears of it.
      this.stream.on("error", () => undefined);
      this.stream.write("line,reason\r\n");
    }
    if (this.stream.errored !== null) throw this.stream.errored;
    const ready = this.stream.write(`${line},"${reason.replaceAll('"', '""')}"\r\n`);
    if (!ready) await once(this.stream, "drain");
  }

  /** Ends the file; gives its path, or null where nothing was refused. */
  async close(): Promise<string | null> {
    if (this.stream === null) return null;
    this.stream.end();
    await finished(this.stream);
    return this.path;
  }
}
