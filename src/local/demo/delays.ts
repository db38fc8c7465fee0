type Awaited = { score: number; sent_at: number; answered_at: number };

/** Measures how long after a phone's answer the viewer's board shows it. Instants in ms of one clock. */
export class Delays {
  readonly #awaited = new Map<string, Awaited[]>();
  readonly #shown = new Map<string, { score: number; at: number }>();
  readonly #all: number[] = [];

  /** A call was answered: from now on a frame should show this score of the user. */
  answered(user_id: string, awaited: Awaited): void {
    const shown = this.#shown.get(user_id);
    if (shown?.score === awaited.score && shown.at >= awaited.sent_at) {
      // The frame was faster than the answer.
      this.#all.push(Math.max(0, shown.at - awaited.answered_at));
      return;
    }
    this.#awaited.set(user_id, [...(this.#awaited.get(user_id) ?? []), awaited]);
  }

  /** A frame showed this score of the user. Two calls may be shown by one frame. */
  shown(user_id: string, score: number, at: number): void {
    this.#shown.set(user_id, { score, at });
    const awaited = this.#awaited.get(user_id) ?? [];
    const last = awaited.findIndex((one) => one.score === score);
    if (last === -1) return;
    for (const { answered_at } of awaited.slice(0, last + 1)) {
      this.#all.push(Math.max(0, at - answered_at));
    }
    this.#awaited.set(user_id, awaited.slice(last + 1));
  }

  /** The last delay in ms; null before the first. */
  get last(): number | null {
    return this.#all.at(-1) ?? null;
  }

  /** The delay in ms that 95 of 100 do not exceed; null before the first. */
  get p95(): number | null {
    return quantile(this.#all, 0.95);
  }

  /** How many answers no frame has shown yet. */
  get open(): number {
    return [...this.#awaited.values()].reduce((sum, list) => sum + list.length, 0);
  }
}

/** The smallest value that this share of all does not exceed; null for none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
