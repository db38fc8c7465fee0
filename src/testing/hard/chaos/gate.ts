/** Lets many through at once, or one alone while all others wait. */
export class Gate {
  readonly #inside = new Set<Promise<unknown>>();
  #closed: Promise<void> | null = null;

  /** Runs work beside that of others. */
  async together<T>(work: () => Promise<T>): Promise<T> {
    while (this.#closed) await this.#closed;
    const run = work();
    this.#inside.add(run);
    try {
      return await run;
    } finally {
      this.#inside.delete(run);
    }
  }

  /** Runs work once everybody is out, and lets nobody in meanwhile. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#closed) await this.#closed;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    try {
      await Promise.allSettled(this.#inside);
      return await work();
    } finally {
      this.#closed = null;
      resolve();
    }
  }
}
