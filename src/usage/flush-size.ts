/** Entries that one flush carries: a handful of statements of moderate size. */
const MOST = 500;
/** So few are through in a trip's time on any database that works at all. */
const LEAST = 15;

/**
 * How many entries the next flush carries. A database that is slow, and not away, takes fewer in a trip's
 * time: after a failure half as many are tried, so that one too large is not sent again for ever.
 */
export class FlushSize {
  #entries = MOST;

  /** How many entries to send now. */
  get entries(): number {
    return this.#entries;
  }

  /** Half as many from here on. */
  failed(): void {
    this.#entries = Math.max(LEAST, Math.floor(this.#entries / 2));
  }

  /** Twice as many from here on. */
  succeeded(): void {
    this.#entries = Math.min(MOST, this.#entries * 2);
  }
}
