import { writeLine } from "../platform/log.ts";
import type { Delta } from "../platform/metrics/gathered.ts";
import { migrateSchema } from "../platform/objects/schema.ts";
import { MINUTE_MS, type Instant } from "../platform/time/instant.ts";
import { tallySchema } from "./tally.schema.ts";

/** Far more than there are; a label that takes any value must not fill the object. */
const MOST_SERIES = 10_000;

type Row = { name: string; labels: string; until_at: number; sum: number; counts: string };

/** The sums of all that the isolates ever sent. */
export class Tally {
  readonly #storage: DurableObjectStorage;
  #pruned_at: Instant = 0;
  #size: number;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    migrateSchema(storage, "tally", tallySchema);
    this.#size = this.#count();
  }

  /** Adds a batch, all of it or nothing. What has expired already is passed over. */
  add(deltas: readonly Delta[], now: Instant): void {
    const left_out = this.#storage.transactionSync(() => {
      const lasting = deltas.filter(({ until }) => until === 0 || until > now);
      return lasting.filter((delta) => !this.#addOne(delta)).map(({ name }) => name);
    });
    if (left_out.length > 0) {
      writeLine("error", "too_many_series", { names: [...new Set(left_out)] });
    }
    if (now - this.#pruned_at >= MINUTE_MS) this.#prune(now);
  }

  /** Every series as it stands; those that expire are still one for each instant. */
  series(now: Instant): Delta[] {
    return this.#storage.sql
      .exec<Row>(
        "SELECT * FROM series WHERE until_at = 0 OR until_at > ? ORDER BY name, labels",
        now,
      )
      .toArray()
      .map(({ name, labels, until_at, sum, counts }) => ({
        name,
        labels,
        until: until_at,
        sum,
        counts: JSON.parse(counts) as Record<string, number>,
      }));
  }

  /** Says whether there was room for it. */
  #addOne({ name, labels, until, sum, counts }: Delta): boolean {
    const { sql } = this.#storage;
    const find = "SELECT counts FROM series WHERE name = ? AND labels = ? AND until_at = ?";
    const known = sql.exec<{ counts: string }>(find, name, labels, until).toArray()[0];
    if (!known) {
      if (this.#size >= MOST_SERIES) return false;
      this.#size += 1;
      const insert = "INSERT INTO series VALUES (?, ?, ?, ?, ?)";
      sql.exec(insert, name, labels, until, sum, JSON.stringify(counts));
      return true;
    }
    const sums = JSON.parse(known.counts) as Record<string, number>;
    for (const [bound, count] of Object.entries(counts)) sums[bound] = (sums[bound] ?? 0) + count;
    sql.exec(
      "UPDATE series SET sum = sum + ?, counts = ? WHERE name = ? AND labels = ? AND until_at = ?",
      sum,
      JSON.stringify(sums),
      name,
      labels,
      until,
    );
    return true;
  }

  #prune(now: Instant): void {
    this.#pruned_at = now;
    this.#storage.sql.exec("DELETE FROM series WHERE until_at > 0 AND until_at <= ?", now);
    this.#size = this.#count();
  }

  #count(): number {
    return this.#storage.sql.exec<{ size: number }>("SELECT count(*) AS size FROM series").one()
      .size;
  }
}
