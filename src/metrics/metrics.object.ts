import { DurableObject } from "cloudflare:workers";
import { clock } from "../platform/clock.ts";
import type { Delta } from "../platform/metrics/gathered.ts";
import { Tally } from "./tally.part.ts";

/**
 * The one Durable Object that adds up what every isolate counts. An isolate sends at most once in
 * 5 s, so one object serves thousands of them; beyond that it would be several, added up on reading.
 */
export class MetricsObject extends DurableObject<Env> {
  readonly #tally: Tally;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#tally = new Tally(ctx.storage);
  }

  /** Answers, and does nothing: whether objects of this class can be reached. */
  ping(): true {
    return true;
  }

  /** Adds a batch of counts. Not repeatable: whoever hears no answer sends it no second time. */
  take(deltas: Delta[]): void {
    this.#tally.add(deltas, clock.now());
  }

  /** Every series as it stands. */
  series(): Delta[] {
    return this.#tally.series(clock.now());
  }
}
