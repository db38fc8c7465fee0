import { MINUTE_MS, type Instant } from "../platform/time/instant.ts";

/** How far apart an isolate writes down that it turns guesses at one address away. */
const EVERY_MS = MINUTE_MS;
/** Addresses remembered at once; beyond it all are forgotten, and the next of each is written down. */
const MOST_ADDRESSES = 1_000;

/** Gathers refusals, so that a flood of them costs a row a minute and not one each. */
export class Refusals {
  readonly #told = new Map<string, { at: Instant; since: number }>();

  /** Counts a refusal at `address`; gives how many to write down now, itself included, or null for none yet. */
  take(address: string, now: Instant): number | null {
    const told = this.#told.get(address);
    if (told && now >= told.at && now - told.at < EVERY_MS) {
      told.since += 1;
      return null;
    }
    if (this.#told.size >= MOST_ADDRESSES) this.#told.clear();
    this.#told.set(address, { at: now, since: 0 });
    return 1 + (told?.since ?? 0);
  }
}
