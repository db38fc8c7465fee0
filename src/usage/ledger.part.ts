import type { OwnDate } from "../platform/time/dates.ts";
import { DAY_MS, SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { dayBounds, ownDateAt, splitByOwnDay, type DayHistory } from "../platform/time/own-day.ts";
import { migrateSchema } from "../platform/objects/schema.ts";
import { DayBook, type Piece } from "./day-book.ts";
import type { HistoryQuestion } from "./history.ts";
import type { HeldItem, IncomingBatch, IncomingInterval, Receipt } from "./items.ts";
import { ledgerSchema } from "./ledger.schema.ts";

type ItemRow = Omit<HeldItem, "client_app"> & { client_app: string; flushed: number };

/** Books of days that are asked for again and again; older ones are made anew from the items. */
const BOOKS_KEPT = 40;
const DAY_SECONDS = DAY_MS / SECOND_MS;

/**
 * A user's usage, as their object keeps it: every item once, and the books of days that follow from
 * the items. Nothing here awaits, so each call is one step that is durable when the object answers.
 */
export class Ledger {
  private readonly storage: DurableObjectStorage;
  private readonly history: () => DayHistory;
  private readonly books = new Map<OwnDate, DayBook>();
  private version: number;

  /** `history` gives the user's day rules as they stand whenever they are needed. */
  constructor(storage: DurableObjectStorage, history: () => DayHistory) {
    this.storage = storage;
    this.history = history;
    migrateSchema(storage, "ledger", ledgerSchema);
    const waiting = storage.sql
      .exec<{ version: number | null }>(
        "SELECT max(version) AS version FROM items WHERE flushed = 0",
      )
      .one();
    this.version = Math.max(storage.kv.get<number>("ledger_version") ?? 0, waiting.version ?? 0);
  }

  /** Takes a batch at the instant `now`; gives a receipt for each item and the items that were new. */
  record(batch: IncomingBatch, now: Instant): { receipts: Receipt[]; taken: HeldItem[] } {
    const receipts: Receipt[] = [];
    const taken: HeldItem[] = [];
    const version = this.nextVersion(now);
    this.storage.transactionSync(() => {
      for (const { index, interval } of batch.items) {
        const known = this.find(interval);
        if (known === null) taken.push(this.insert(interval, now, version));
        receipts.push({
          index,
          id: known ?? interval.id,
          status: known === null ? "accepted" : "duplicate",
        });
      }
      for (const date of batch.reported_dates) {
        this.storage.sql.exec(
          "INSERT INTO reported (date) VALUES (?) ON CONFLICT DO NOTHING",
          date,
        );
      }
    });
    for (const item of taken) this.enter(item);
    return { receipts, taken };
  }

  /** An item by its id. */
  item(id: string): HeldItem | null {
    return (
      this.storage.sql.exec<ItemRow>("SELECT * FROM items WHERE id = ?", id).toArray()[0] ?? null
    );
  }

  /** The counters of an own date. */
  book(date: OwnDate): DayBook {
    const kept = this.books.get(date);
    if (kept) return kept;
    const { starts_at, ends_at } = dayBounds(date, this.history());
    const book = new DayBook();
    for (const piece of this.piecesBetween(starts_at, ends_at)) book.add(piece);
    this.books.set(date, book);
    const oldest = this.books.keys().next().value;
    if (this.books.size > BOOKS_KEPT && oldest !== undefined) this.books.delete(oldest);
    return book;
  }

  /** Every piece of use between two UTC instants, clipped to them. */
  piecesBetween(starts_at: Instant, ends_at: Instant): Piece[] {
    const from = Math.floor(starts_at / SECOND_MS);
    const to = Math.floor(ends_at / SECOND_MS);
    // No item lasts longer than a day, so none that starts earlier can reach in.
    return this.storage.sql
      .exec<ItemRow>(
        "SELECT * FROM items WHERE started_s > ? AND started_s < ? AND ended_s > ?",
        from - DAY_SECONDS - 1,
        to,
        from,
      )
      .toArray()
      .map((row) => ({
        ...row,
        started_s: Math.max(row.started_s, from),
        ended_s: Math.min(row.ended_s, to),
      }));
  }

  /** Says whether the phone vouched for an own date by name. */
  isVouchedFor(date: OwnDate): boolean {
    return (
      this.storage.sql.exec("SELECT 1 FROM reported WHERE date = ?", date).toArray().length > 0
    );
  }

  /** The instant up to which a device's intervals are known, or null where none is. */
  resumeAfter(device_id: string): Instant | null {
    const row = this.storage.sql
      .exec<{ known_until_s: number }>(
        "SELECT known_until_s FROM devices WHERE device_id = ?",
        device_id,
      )
      .toArray()[0];
    return row ? row.known_until_s * SECOND_MS : null;
  }

  /** The oldest items that MySQL may not hold yet, at most `limit`. */
  waitingItems(limit: number): HeldItem[] {
    return this.storage.sql
      .exec<ItemRow>("SELECT * FROM items WHERE flushed = 0 ORDER BY version LIMIT ?", limit)
      .toArray();
  }

  /** Those of them that belong on a page of history, newest first. */
  waitingHistory({ filter, after, limit }: HistoryQuestion): HeldItem[] {
    const { from, to, app, category, device_id } = filter;
    const after_s = after === null ? null : Math.floor(after.started_at / SECOND_MS);
    return this.storage.sql
      .exec<ItemRow>(
        `SELECT * FROM items WHERE flushed = 0
           AND (?1 IS NULL OR started_s < ?1 OR (started_s = ?1 AND id < ?2))
           AND (?3 IS NULL OR date >= ?3) AND (?4 IS NULL OR date <= ?4)
           AND (?5 IS NULL OR app = ?5 OR client_app = ?5)
           AND (?6 IS NULL OR category = ?6) AND (?7 IS NULL OR device_id = ?7)
         ORDER BY started_s DESC, id DESC LIMIT ?8`,
        after_s,
        after?.id ?? null,
        from ?? null,
        to ?? null,
        app ?? null,
        category ?? null,
        device_id ?? null,
        limit,
      )
      .toArray();
  }

  /** The vouched-for dates that MySQL and the boards may not know yet. */
  waitingDates(): OwnDate[] {
    return this.storage.sql
      .exec<{ date: string }>("SELECT date FROM reported WHERE flushed = 0")
      .toArray()
      .map((row) => row.date);
  }

  /** Notes that these items and dates are in MySQL and on the boards. */
  confirm(items: readonly HeldItem[], dates: readonly OwnDate[]): void {
    this.storage.transactionSync(() => {
      for (const { id, version } of items) {
        this.storage.sql.exec(
          "UPDATE items SET flushed = 1 WHERE id = ? AND version = ?",
          id,
          version,
        );
      }
      for (const date of dates)
        this.storage.sql.exec("UPDATE reported SET flushed = 1 WHERE date = ?", date);
    });
  }

  /** Forgets the books: the day rules have changed. */
  forgetBooks(): void {
    this.books.clear();
  }

  /** A version for what is told to others, kept before it is told: a clock that lags behind after a sleep must not undercut it. */
  outgoingVersion(now: Instant): number {
    const version = this.nextVersion(now);
    this.storage.kv.put("ledger_version", version);
    return version;
  }

  /** A number that rises with every change: in MySQL and on boards, the higher one wins. */
  private nextVersion(now: Instant): number {
    this.version = Math.max(this.version + 1, now);
    return this.version;
  }

  /** The id under which an interval is known, by its own id or by device, app, start and end. */
  private find(interval: IncomingInterval): string | null {
    const row = this.storage.sql
      .exec<{ id: string }>(
        `SELECT id FROM items WHERE id = ?1
         UNION ALL SELECT id FROM items WHERE started_s = ?2 AND device_id = ?3 AND client_app = ?4 AND ended_s = ?5`,
        interval.id,
        interval.started_s,
        interval.device_id,
        interval.client_app,
        interval.ended_s,
      )
      .toArray()[0];
    return row?.id ?? null;
  }

  private insert(interval: IncomingInterval, now: Instant, version: number): HeldItem {
    const date = ownDateAt(interval.started_s * SECOND_MS, this.history());
    const item: HeldItem = { ...interval, date, received_at: now, version };
    this.storage.sql.exec(
      `INSERT INTO items (started_s, device_id, client_app, ended_s, id, app, app_name, category, date, received_at, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      item.started_s,
      item.device_id,
      item.client_app,
      item.ended_s,
      item.id,
      item.app,
      item.app_name,
      item.category,
      date,
      now,
      version,
    );
    this.storage.sql.exec(
      `INSERT INTO devices (device_id, known_until_s) VALUES (?, ?)
       ON CONFLICT (device_id) DO UPDATE SET known_until_s = max(known_until_s, excluded.known_until_s)`,
      item.device_id,
      item.ended_s,
    );
    return item;
  }

  /** Adds a new item to those books that are open. */
  private enter(item: HeldItem): void {
    for (const piece of splitByOwnDay(
      item.started_s * SECOND_MS,
      item.ended_s * SECOND_MS,
      this.history(),
    )) {
      this.books.get(piece.date)?.add({
        ...item,
        started_s: Math.floor(piece.starts_at / SECOND_MS),
        ended_s: Math.floor(piece.ends_at / SECOND_MS),
      });
    }
  }
}
