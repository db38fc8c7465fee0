/**
 * A set of whole seconds since the epoch, kept as sorted half-open intervals that neither overlap
 * nor touch. Finding a place is a binary search; a change moves the edges behind it, which at the few
 * hundred intervals of a user's day costs less than any tree.
 */
export class IntervalSet {
  /** start, end, start, end, …; strictly ascending. */
  #edges: number[] = [];
  #seconds = 0;

  /** How many seconds the set holds. */
  get seconds(): number {
    return this.#seconds;
  }

  /**
   * Adds the seconds of [start, end) and gives how many of them are new. An empty interval adds
   * nothing. Throws a RangeError when `end` is before `start` or one of them is no whole number.
   */
  add(start: number, end: number): number {
    requireInterval(start, end);
    if (start === end) return 0;
    const edges = this.#edges;
    // An interval that ends where this one starts, or starts where it ends, is merged with it.
    const from = this.#firstEdge((edge) => edge >= start);
    const to = this.#firstEdge((edge) => edge > end);
    const startsInside = from % 2 === 1;
    const endsInside = to % 2 === 1;

    let covered = 0;
    for (let index = from; index <= to; index += 1) {
      if (index % 2 === 0) continue;
      const left = index === from ? start : edgeAt(edges, index - 1);
      const right = index === to ? end : edgeAt(edges, index);
      covered += right - left;
    }

    const replacement: number[] = [];
    if (!startsInside) replacement.push(start);
    if (!endsInside) replacement.push(end);
    edges.splice(from, to - from, ...replacement);
    const added = end - start - covered;
    this.#seconds += added;
    return added;
  }

  /** Whether every second of [start, end) is in the set; true for an empty interval. */
  covers(start: number, end: number): boolean {
    requireInterval(start, end);
    if (start === end) return true;
    const after = this.#firstEdge((edge) => edge > start);
    return after % 2 === 1 && end <= edgeAt(this.#edges, after);
  }

  /** The intervals in order. */
  intervals(): { start: number; end: number }[] {
    const intervals: { start: number; end: number }[] = [];
    for (let index = 0; index < this.#edges.length; index += 2) {
      intervals.push({ start: edgeAt(this.#edges, index), end: edgeAt(this.#edges, index + 1) });
    }
    return intervals;
  }

  /** A copy that changes on its own. */
  clone(): IntervalSet {
    const copy = new IntervalSet();
    copy.#edges = this.#edges.slice();
    copy.#seconds = this.#seconds;
    return copy;
  }

  /** The edges as differences, each to the one before: the first start, then lengths and gaps. */
  toJSON(): number[] {
    return this.#edges.map((edge, index) =>
      index === 0 ? edge : edge - edgeAt(this.#edges, index - 1),
    );
  }

  /** The set that `toJSON` gave. Throws a RangeError for numbers it cannot have given. */
  static from(differences: readonly number[]): IntervalSet {
    const set = new IntervalSet();
    let edge = 0;
    for (const [index, difference] of differences.entries()) {
      edge += difference;
      const isFirst = index === 0;
      if (!Number.isSafeInteger(edge) || (!isFirst && difference <= 0)) throw malformed();
      set.#edges.push(edge);
      if (index % 2 === 1) set.#seconds += difference;
    }
    if (differences.length % 2 === 1) throw malformed();
    return set;
  }

  /** The index of the first edge for which `isPast` holds (it must hold for all behind it). */
  #firstEdge(isPast: (edge: number) => boolean): number {
    let low = 0;
    let high = this.#edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isPast(edgeAt(this.#edges, middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function requireInterval(start: number, end: number): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || end < start) {
    throw new RangeError(`not an interval of whole seconds: ${start} to ${end}`);
  }
}

function malformed(): RangeError {
  return new RangeError("not the stored form of an interval set");
}

function edgeAt(edges: readonly number[], index: number): number {
  const edge = edges[index];
  if (edge === undefined) throw new RangeError(`no edge ${index}`);
  return edge;
}
