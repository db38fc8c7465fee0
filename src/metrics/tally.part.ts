import { writeLine } from "../platform/log.ts";
import type { Delta } from "../platform/metrics/gathered.ts";
import { migrateSchema } from "../platform/objects/schema.ts";
import { MINUTE_MS, type Instant } from "../platform/time/instant.ts";
import { tallySchema } from "./tally.schema.ts";

/** Far more than there are; a label that takes any value must not fill the object. */
const MOST_SERIES = 10_000;

type Row = { name: string; labels: string; until_at: number; sum: number; counts: string };

/** The sums of all that the isolates ever sent: in memory to be added to, in SQLite to last. */
export class Tally {
  readonly #storage: DurableObjectStorage;
  readonly #series = new Map<string, Delta>();
  #pruned_at: Instant = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    migrateSchema(storage, "tally", tallySchema);
    for (const row of storage.sql.exec<Row>("SELECT * FROM series")) {
      const { name, labels, until_at: until, sum } = row;
      const counts = JSON.parse(row.counts) as Delta["counts"];
      this.#series.set(keyOf({ name, labels, until }), { name, labels, until, sum, counts });
    }
  }

  /** Adds a batch. What has expired already is passed over. */
  add(deltas: readonly Delta[], now: Instant): void {
    if (now - this.#pruned_at >= MINUTE_MS) this.#prune(now);
    const lasting = deltas.filter(({ until }) => until === 0 || until > now);
    const left_out = lasting.filter((delta) => !this.#addOne(delta)).map(({ name }) => name);
    if (left_out.length > 0) {
      writeLine("error", "too_many_series", { names: [...new Set(left_out)] });
    }
  }

  /** Every series as it stands; those that expire are still one for each instant. */
  series(now: Instant): Delta[] {
    return [...this.#series.values()]
      .filter(({ until }) => until === 0 || until > now)
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  /** Says whether there was room for it. */
  #addOne(delta: Delta): boolean {
    const key = keyOf(delta);
    let known = this.#series.get(key);
    if (!known) {
      if (this.#series.size >= MOST_SERIES) return false;
      known = { ...delta, sum: 0, counts: {} };
      this.#series.set(key, known);
    }
    known.sum += delta.sum;
    for (const [bound, count] of Object.entries(delta.counts)) {
      known.counts[bound] = (known.counts[bound] ?? 0) + count;
    }
    const { name, labels, until, sum, counts } = known;
    const put = "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?)";
    this.#storage.sql.exec(put, name, labels, until, sum, JSON.stringify(counts));
    return true;
  }

  #prune(now: Instant): void {
    this.#pruned_at = now;
    for (const [key, { until }] of this.#series) {
      if (until > 0 && until <= now) this.#series.delete(key);
    }
    this.#storage.sql.exec("DELETE FROM series WHERE until_at > 0 AND until_at <= ?", now);
  }
}

function keyOf({ name, labels, until }: Pick<Delta, "name" | "labels" | "until">): string {
  return `${name} ${labels} ${until}`;
}
