import { stopwatch } from "../clock.ts";

/** A place in the line: when it is due at the soonest, and about how long its work takes, in ms. */
export type Turn = { due_at: number; takes_ms: number };

/**
 * Turns for work that blocks the isolate while it computes: one after the other, and after each as
 * much time for everybody else as it took. All it keeps is instants, nothing that has to be given
 * back: a caller may be cut off at any moment, and a lock would stay closed as long as the isolate lives.
 */
export class Turns {
  private readonly patience_ms: number;
  /** When the turns that were taken are over, as far as can be foreseen. */
  private taken_until = 0;
  /** Until when nobody may begin: somebody is at it, or everybody else has their time. */
  private quiet_until = 0;

  /** Nobody has to wait longer than `patience_ms` for a turn, and as much again where one takes long. */
  constructor(patience_ms: number) {
    this.patience_ms = patience_ms;
  }

  /** Takes the next turn for work of about `takes_ms`; null where the line is too long. */
  take(takes_ms: number, now: number = stopwatch()): Turn | null {
    const due_at = Math.max(now, this.taken_until, this.quiet_until);
    if (due_at - now > this.patience_ms) return null;
    this.taken_until = due_at + 2 * takes_ms;
    return { due_at, takes_ms };
  }

  /** Gives back a turn that is not needed; one that others wait behind is lost. */
  leave({ due_at, takes_ms }: Turn): void {
    if (this.taken_until === due_at + 2 * takes_ms) this.taken_until = due_at;
  }

  /** Begins, where it is time; gives 0 then, else ms until it may be, or null where that takes too long. */
  begin({ due_at, takes_ms }: Turn, now: number = stopwatch()): number | null {
    const begins_at = Math.max(due_at, this.quiet_until);
    if (begins_at > due_at + this.patience_ms) return null;
    if (begins_at > now) return begins_at - now;
    this.quiet_until = now + 2 * takes_ms;
    return 0;
  }

  /**
   * Ends work that was begun at `begun_at`: where it took longer than foreseen, so does the time for
   * everybody else, but never so long that it alone would turn the next one away. (A production
   * isolate's clock stands still meanwhile: there the forecast counts.)
   */
  end(begun_at: number, now: number = stopwatch()): void {
    const rest_ms = Math.min(now - begun_at, this.patience_ms);
    this.quiet_until = Math.max(this.quiet_until, now + rest_ms);
  }

  /** Does `work` in a turn; gives null where its time did not come. */
  async run<T>(turn: Turn, work: () => Promise<T>): Promise<{ done: T } | null> {
    for (;;) {
      const wait_ms = this.begin(turn);
      if (wait_ms === null) return null;
      if (wait_ms === 0) break;
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
    }
    const begun_at = stopwatch();
    try {
      return { done: await work() };
    } finally {
      this.end(begun_at);
    }
  }
}
