import type { Instant } from "../time/instant.ts";

/** What a series gained since it was sent last; never a total, so that isolates need not know of each other. */
export type Delta = {
  /** Of the metric. */
  name: string;
  /** In Prometheus' own spelling and in a fixed order: `method="GET",status="200"`. */
  labels: string;
  /** Counts until this instant and not beyond it; 0 for ever. */
  until: Instant;
  sum: number;
  /** Of a histogram: observations by the upper bound of their bucket. */
  counts: Record<string, number>;
};

/**
 * What this isolate has counted and not yet sent. Its size is that of the labels there are, not that
 * of the traffic.
 */
export class Gathered {
  readonly #deltas = new Map<string, Delta>();
  #observations = 0;

  /** How much was counted since it was taken last. */
  get observations(): number {
    return this.#observations;
  }

  /** Adds to a series; `bound` names the bucket of a histogram's observation. */
  add(name: string, labels: string, value: number, until: Instant, bound?: string): void {
    const key = `${name} ${until} ${labels}`;
    let delta = this.#deltas.get(key);
    if (!delta) {
      delta = { name, labels, until, sum: 0, counts: {} };
      this.#deltas.set(key, delta);
    }
    delta.sum += value;
    if (bound !== undefined) delta.counts[bound] = (delta.counts[bound] ?? 0) + 1;
    this.#observations += 1;
  }

  /** Gives all of it away. */
  take(): Delta[] {
    const deltas = [...this.#deltas.values()];
    this.#deltas.clear();
    this.#observations = 0;
    return deltas;
  }
}

/** What this isolate has counted: of the Worker's requests and of the objects that live in it. */
export const gathered = new Gathered();
