import type { Quota } from "../platform/context.ts";
import type { Instant } from "../platform/time/instant.ts";

/** API.md: exactly 100 requests in any 60 s a user, all devices together. */
export const RATE_LIMIT = 100;
export const RATE_WINDOW_MS = 60_000;

/** A sliding window that counts what it lets pass, and nothing else. */
export class RateWindow {
  private passed: Instant[];

  /** Takes the instants at which requests passed, oldest first, as `toJSON` gave them. */
  constructor(passed: Instant[] = []) {
    this.passed = passed;
  }

  /** Lets a request pass at `now`, or not; gives whether it did and what is left. */
  take(now: Instant): { passed: boolean; quota: Quota } {
    this.forget(now);
    const passed = this.passed.length < RATE_LIMIT;
    if (passed) this.passed.push(now);
    return { passed, quota: this.quota(now) };
  }

  /** Gives what is left at `now`, and counts nothing. */
  look(now: Instant): Quota {
    this.forget(now);
    return this.quota(now);
  }

  toJSON(): Instant[] {
    return this.passed;
  }

  private forget(now: Instant): void {
    const from = this.passed.findIndex((at) => at > now - RATE_WINDOW_MS);
    if (from !== 0) this.passed = from === -1 ? [] : this.passed.slice(from);
  }

  private quota(now: Instant): Quota {
    const oldest = this.passed[0] ?? now;
    return {
      limit: RATE_LIMIT,
      window_seconds: RATE_WINDOW_MS / 1000,
      remaining: RATE_LIMIT - this.passed.length,
      reset_seconds: Math.max(1, Math.ceil((oldest + RATE_WINDOW_MS - now) / 1000)),
    };
  }
}
