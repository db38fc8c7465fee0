import { DurableObject } from "cloudflare:workers";
import { clock, platformInstant } from "../platform/clock.ts";
import { DAY_MS, type Instant } from "../platform/time/instant.ts";
import { judgeGuess } from "./guess-window.ts";

const GUESSES = "guesses";

/**
 * The Durable Object of one address that somebody signs in with, known or not: it counts exactly,
 * before the hash, and forgets a day later.
 */
export class LoginGuardObject extends DurableObject<Env> {
  /** Answers, and does nothing: whether objects of this class can be reached. */
  async ping(): Promise<true> {
    return true;
  }

  /** Counts a guess that is about to reach the hash; gives null, or ms until one may. */
  async take(): Promise<number | null> {
    const now = clock.now();
    const verdict = judgeGuess(this.ctx.storage.kv.get<Instant[]>(GUESSES) ?? [], now);
    if (!verdict.allowed) return verdict.wait_ms;
    this.ctx.storage.kv.put(GUESSES, verdict.guesses);
    await this.ctx.storage.setAlarm(platformInstant(now + DAY_MS));
    return null;
  }

  /** The password was right: whoever signs in has shown that the guesses were theirs or in vain. */
  async forget(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    await this.forget();
  }
}
