/** The least time between two frames to a board's viewers, in ms: at most four a second. */
export const FRAME_SPACING_MS = 250;

/** Spaces out what is told: the first at once, the rest gathered until the spacing is over. */
export class Pacer {
  readonly #spacing_ms: number;
  #last = -Infinity;

  constructor(spacing_ms: number = FRAME_SPACING_MS) {
    this.#spacing_ms = spacing_ms;
  }

  /** Gives how long to wait at the reading `now` (ms of a clock that never goes back); 0 is at once. */
  wait(now: number): number {
    return Math.max(0, this.#last + this.#spacing_ms - now);
  }

  /** Notes that something was told at the reading `now`. */
  told(now: number): void {
    this.#last = now;
  }
}
