/** Which scores are better: lower ones or higher ones. */
export type ScoreOrder = "ascending" | "descending";

/** A place in the order: a cursor stays valid when its entry has moved or gone. */
export type ScoredId<Id extends string> = { readonly id: Id; readonly score: number };

/** An entry with its rank: 1 plus the number of better scores, so equal scores share one. */
export type RankedEntry<Id extends string> = ScoredId<Id> & { readonly rank: number };

const MAX_BLOCK = 512;
const FILLED_BLOCK = MAX_BLOCK / 2;

/**
 * A board's order: by score, equal scores by id ascending (UUIDv7: who was there first).
 *
 * The entries lie sorted in blocks of at most 512, with the number of entries before each block kept
 * up to date. Unlike a Fenwick tree over discrete scores this takes fractions and any range, and ties
 * and pages need nothing else; finding is two binary searches, a change moves at most one block's
 * entries and counts up the blocks behind (400 at 100,000 entries).
 */
export class Ranking<Id extends string> {
  readonly #direction: 1 | -1;
  #entries = new Map<Id, ScoredId<Id>>();
  /** Never an empty block. */
  #blocks: ScoredId<Id>[][] = [];
  /** For each block how many entries stand before it. */
  #before: number[] = [];

  /** An order of the given entries; where an id comes twice, the later score holds. O(n log n). */
  constructor(order: ScoreOrder, entries: Iterable<ScoredId<Id>> = []) {
    this.#direction = order === "ascending" ? 1 : -1;
    this.load(entries);
  }

  /** Replaces everything by these entries. O(n log n). Throws a RangeError for a score that is not finite. */
  load(entries: Iterable<ScoredId<Id>>): void {
    const loaded = new Map<Id, ScoredId<Id>>();
    for (const { id, score } of entries) loaded.set(id, { id, score: requireFinite(score) });
    const sorted = [...loaded.values()].sort((a, b) => this.#compare(a, b));
    this.#entries = loaded;
    this.#blocks = [];
    for (let at = 0; at < sorted.length; at += FILLED_BLOCK) {
      this.#blocks.push(sorted.slice(at, at + FILLED_BLOCK));
    }
    this.#countFrom(0);
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Gives an id its score, new or changed; true when that changed anything. Throws a RangeError for
   * a score that is not finite.
   */
  set(id: Id, score: number): boolean {
    requireFinite(score);
    if (this.#entries.get(id)?.score === score) return false;
    this.remove(id);
    const entry = { id, score };
    this.#entries.set(id, entry);
    this.#insert(entry);
    return true;
  }

  /** Takes an id off the board; true when it was there. */
  remove(id: Id): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    const block = this.#blockFor(entry);
    const entries = this.#blockAt(block);
    entries.splice(this.#placeIn(entries, entry), 1);
    if (entries.length === 0) {
      this.#blocks.splice(block, 1);
      this.#before.splice(block, 1);
      this.#shiftFrom(block, -1);
    } else {
      this.#shiftFrom(block + 1, -1);
    }
    return true;
  }

  /** The score of an id, undefined when it is not on the board. */
  score(id: Id): number | undefined {
    return this.#entries.get(id)?.score;
  }

  /** The rank of an id from 1, shared by equal scores (1, 2, 2, 4); undefined when not on the board. */
  rank(id: Id): number | undefined {
    const entry = this.#entries.get(id);
    return entry && this.#rankOf(entry.score);
  }

  /** How many entries stand before an id (ties by id), the offset of its page; undefined when not on the board. */
  position(id: Id): number | undefined {
    const entry = this.#entries.get(id);
    return entry && this.#countBefore(entry);
  }

  /** At most `limit` entries, beginning with the one that has `offset` entries before it. */
  page(offset: number, limit: number): RankedEntry<Id>[] {
    const from = Math.max(0, offset);
    const page: RankedEntry<Id>[] = [];
    let block = lastIndexWhere(this.#before, (before) => before <= from);
    let at = from - (this.#before[block] ?? 0);
    while (page.length < limit) {
      const entry = this.#blocks[block]?.[at];
      if (entry !== undefined) {
        page.push({
          ...entry,
          rank: this.#rankAfter(page.at(-1), entry.score, from + page.length),
        });
        at += 1;
      } else if (block + 1 < this.#blocks.length) {
        block += 1;
        at = 0;
      } else break;
    }
    return page;
  }

  /** At most `limit` entries behind a place, which need not be taken (any more); from the top for null. */
  after(cursor: ScoredId<Id> | null, limit: number): RankedEntry<Id>[] {
    if (cursor === null) return this.page(0, limit);
    const isThere = this.#entries.get(cursor.id)?.score === cursor.score;
    return this.page(this.#countBefore(cursor) + (isThere ? 1 : 0), limit);
  }

  /** An id with up to `each_side` entries before and behind it; none when it is not on the board. */
  around(id: Id, each_side: number): RankedEntry<Id>[] {
    const position = this.position(id);
    if (position === undefined) return [];
    const from = Math.max(0, position - each_side);
    return this.page(from, position + each_side + 1 - from);
  }

  #compare(a: ScoredId<string>, b: ScoredId<string>): number {
    if (a.score !== b.score) return (a.score - b.score) * this.#direction;
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  }

  #insert(entry: ScoredId<Id>): void {
    if (this.#blocks.length === 0) {
      this.#blocks.push([entry]);
      this.#before.push(0);
      return;
    }
    const block = Math.min(this.#blockFor(entry), this.#blocks.length - 1);
    const entries = this.#blockAt(block);
    entries.splice(this.#placeIn(entries, entry), 0, entry);
    if (entries.length <= MAX_BLOCK) {
      this.#shiftFrom(block + 1, 1);
      return;
    }
    this.#blocks.splice(block + 1, 0, entries.splice(FILLED_BLOCK));
    this.#countFrom(block);
  }

  /** The first block whose last entry is not before `entry`: where it is or belongs. */
  #blockFor(entry: ScoredId<string>): number {
    return firstIndexWhere(this.#blocks, (entries) => {
      const last = entries.at(-1);
      return last !== undefined && this.#compare(last, entry) >= 0;
    });
  }

  #placeIn(entries: readonly ScoredId<Id>[], entry: ScoredId<string>): number {
    return firstIndexWhere(entries, (other) => this.#compare(other, entry) >= 0);
  }

  /** How many entries come before a place in the order. */
  #countBefore(place: ScoredId<string>): number {
    const block = this.#blockFor(place);
    const entries = this.#blocks[block];
    if (entries === undefined) return this.size;
    return (this.#before[block] ?? 0) + this.#placeIn(entries, place);
  }

  #rankOf(score: number): number {
    // The empty text sorts before every id.
    return this.#countBefore({ id: "", score }) + 1;
  }

  #rankAfter(previous: RankedEntry<Id> | undefined, score: number, position: number): number {
    if (previous === undefined) return this.#rankOf(score);
    return previous.score === score ? previous.rank : position + 1;
  }

  #shiftFrom(block: number, by: number): void {
    for (let index = block; index < this.#before.length; index += 1) {
      this.#before[index] = (this.#before[index] ?? 0) + by;
    }
  }

  #countFrom(block: number): void {
    let count = this.#before[block] ?? 0;
    for (let index = block; index < this.#blocks.length; index += 1) {
      this.#before[index] = count;
      count += this.#blockAt(index).length;
    }
    this.#before.length = this.#blocks.length;
  }

  #blockAt(index: number): ScoredId<Id>[] {
    const entries = this.#blocks[index];
    if (entries === undefined) throw new RangeError(`no block ${index}`);
    return entries;
  }
}

function requireFinite(score: number): number {
  if (!Number.isFinite(score)) throw new RangeError(`not a score: ${score}`);
  return score;
}

/** The first index for whose item `holds` is true (it must stay true behind it), or the length. */
function firstIndexWhere<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The last index for whose item `holds` is true (it must be true before it), at least 0. */
function lastIndexWhere<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return Math.max(0, firstIndexWhere(items, (item) => !holds(item)) - 1);
}
