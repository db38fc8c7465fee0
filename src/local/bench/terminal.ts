/** Shows what takes long, on stderr, so that stdout holds the figures alone. */
export class Terminal {
  private readonly began = performance.now();

  /** Says what is being done now. */
  step(words: string): void {
    const seconds = ((performance.now() - this.began) / 1_000).toFixed(0).padStart(3);
    process.stderr.write(`${seconds} s  ${words}\n`);
  }

  /** Counts `done` of `total`: on one line that is written over, or every quarter where there is no terminal. */
  count(words: string, done: number, total: number): void {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r       ${words}: ${done} of ${total}${done >= total ? "\n" : ""}`);
    } else if (Math.floor((done * 4) / total) > Math.floor(((done - 1) * 4) / total)) {
      this.step(`${words}: ${done} of ${total}`);
    }
  }
}
