import { bar } from "../demo/text.ts";

/** Where progress is shown: the terminal, or whatever stands in for it. */
export type Output = { isTTY?: boolean; write: (text: string) => unknown };

const BAR_CELLS = 30;
const REDRAW_MS = 100;
const STEPS = 10;

/** Shows how much of a file has been read: a bar that is drawn over, or a line each tenth in a pipe. */
export class Progress {
  private readonly output: Output;
  private readonly total_bytes: number;
  private drawn_at = Number.NEGATIVE_INFINITY;
  private step = 0;

  constructor(output: Output, total_bytes: number) {
    this.output = output;
    this.total_bytes = Math.max(1, total_bytes);
  }

  /** Shows that this many bytes are read and this many rows done, at `at` ms of a stop watch. */
  show(bytes: number, rows: number, at: number): void {
    const share = Math.min(1, bytes / this.total_bytes);
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    const words = `${percent}  ${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`;
    if (this.output.isTTY === true) {
      if (at - this.drawn_at < REDRAW_MS) return;
      this.drawn_at = at;
      const blocks = bar(share, 1, BAR_CELLS).padEnd(BAR_CELLS);
      this.output.write(`\r  ${blocks} ${words}\u001B[K`);
    } else if (Math.floor(share * STEPS) > this.step) {
      this.step = Math.floor(share * STEPS);
      this.output.write(`${words}\n`);
    }
  }

  /** Takes the bar away, so that what follows stands on a clean line. */
  end(): void {
    if (this.output.isTTY === true) this.output.write("\r\u001B[K");
  }
}
