import { migrateSchema } from "../platform/objects/schema.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { dayBounds, type DayHistory } from "../platform/time/own-day.ts";
import { doneWithBefore, isHeldWhole, refusalOfDate } from "./acceptance.ts";
import { Books, type Scope } from "./books.ts";
import { ownDatesOf } from "./daily-rows.ts";
import type { DayBook } from "./day-book.ts";
import type { HeldItem, IncomingBatch, IncomingItem, Receipt, Taken } from "./items.ts";
import { Intervals } from "./intervals.part.ts";
import { ledgerSchema } from "./ledger.schema.ts";
import { Outbox } from "./outbox.part.ts";
import { countersOf, type DayCounters } from "./today.ts";
import { Totals } from "./totals.part.ts";

/** As many items as the list of what waits for MySQL takes under one version, and a batch brings. */
const REWRITTEN_AT_ONCE = 500;

/** What a batch came to: the items that changed anything, and the dates that were not vouched for before. */
type Entered = {
  receipts: Receipt[];
  changed: HeldItem[];
  vouched: OwnDate[];
  first: HeldItem | null;
};

/**
 * A user's usage, as their object keeps it: every item once, the books of days that follow from the
 * items, and the list of what MySQL may not know yet. Nothing here awaits, so each call is one step
 * that is durable when the object answers.
 */
export class Ledger {
  readonly outbox: Outbox;
  private readonly storage: DurableObjectStorage;
  private readonly history: () => DayHistory;
  private readonly intervals: Intervals;
  private readonly totals: Totals;
  private readonly books: Books;
  private version: number;

  /** `history` gives the user's day rules as they stand whenever they are needed. */
  constructor(storage: DurableObjectStorage, history: () => DayHistory) {
    this.storage = storage;
    this.history = history;
    migrateSchema(storage, "ledger", ledgerSchema);
    this.intervals = new Intervals(storage.sql, history);
    this.totals = new Totals(storage.sql, history);
    this.outbox = new Outbox(storage.sql);
    this.books = new Books({
      pieces: (from_s, to_s, with_deleted) => this.intervals.between(from_s, to_s, with_deleted),
      totals: (date, with_deleted) => this.totals.of(date, with_deleted),
    });
    this.version = Math.max(
      storage.kv.get<number>("ledger_version") ?? 0,
      this.outbox.latestVersion(),
    );
  }

  /** Takes a batch at the instant `now`: a receipt for each item, and what has changed by it. */
  record(batch: IncomingBatch, now: Instant): Entered {
    const receipts: Receipt[] = [];
    const changed: HeldItem[] = [];
    const vouched: OwnDate[] = [];
    let first: HeldItem | null = null;
    const version = this.nextVersion(now);
    this.storage.transactionSync(() => {
      for (const { index, item } of batch.items) {
        const reason = item.kind === "interval" ? null : this.refusal(item.date, now);
        if (reason !== null) {
          receipts.push({ index, id: null, status: "rejected", reason });
          continue;
        }
        const taken = this.take(item, now, version);
        first ??= taken.item;
        if (taken.status === "accepted") {
          this.outbox.addItem(version, changed.length, taken.item.id);
          changed.push(taken.item);
        }
        receipts.push({ index, id: taken.item.id, status: taken.status });
      }
      for (const [index, date] of batch.reported_dates.entries()) {
        if (this.refusal(date, now) !== null) continue;
        const { rowsWritten } = this.storage.sql.exec(
          "INSERT INTO reported (date) VALUES (?) ON CONFLICT DO NOTHING",
          date,
        );
        if (rowsWritten === 0) continue;
        this.outbox.addDate(version, changed.length + index, date);
        vouched.push(date);
      }
    });
    for (const item of changed) this.books.enter(item);
    return { receipts, changed, vouched, first };
  }

  /**
   * Takes an item out of history and statistics; it goes on counting for limits and boards, and stays
   * known, so that a resend does not bring it back. Gives null where MySQL has to settle it: where the
   * ledger does not hold the id, or maybe not all of its days.
   */
  remove(id: string, now: Instant): HeldItem | null {
    const version = this.nextVersion(now);
    const item =
      this.intervals.hide(id, now, version) ?? this.totals.hide(id, now, version) ?? null;
    if (!item) return null;
    this.books.takeOut(item);
    if (!isHeldWhole(item.started_s * SECOND_MS, now)) return null;
    this.outbox.addItem(version, 0, id);
    return item;
  }

  /** An item by its id. */
  item(id: string): HeldItem | null {
    return this.intervals.byId(id) ?? this.totals.byId(id);
  }

  /** The counters of a date within a scope. */
  book(scope: Scope, date: OwnDate): DayBook {
    return this.books.of(scope, date);
  }

  /** What history and statistics show of an own date. */
  shown(date: OwnDate): DayBook {
    return this.book(this.ownDays(false), date);
  }

  /** What is shown of today and of every own date that MySQL may not know as it stands. */
  liveDays(today: OwnDate): { days: DayCounters[]; reported: OwnDate[] } {
    const history = this.history();
    const { items, dates: vouched } = this.outbox.all();
    const dates = new Set([
      today,
      ...vouched,
      ...items.flatMap((item) => ownDatesOf(item, history)),
    ]);
    return {
      days: [...dates].map((date) => countersOf(date, this.shown(date))),
      reported: [...dates].filter(
        (date) => this.shown(date).is_reported || this.isVouchedFor(date),
      ),
    };
  }

  /** Says whether the phone vouched for an own date by name. */
  isVouchedFor(date: OwnDate): boolean {
    return (
      this.storage.sql.exec("SELECT 1 FROM reported WHERE date = ?", date).toArray().length > 0
    );
  }

  /** The instant up to which a device's intervals are known, or null where none is. */
  resumeAfter(device_id: string): Instant | null {
    const known_until_s = this.intervals.knownUntil(device_id);
    return known_until_s === null ? null : known_until_s * SECOND_MS;
  }

  /**
   * Drops what shares no day any more with anything that may still come in, once all of it stands in
   * MySQL: a day is written as a whole, so none may be dropped in part. Says whether anything is left.
   */
  prune(now: Instant): boolean {
    if (this.outbox.latestVersion() > 0) return true;
    const before = doneWithBefore(now, this.history());
    this.storage.transactionSync(() => {
      this.intervals.prune(Math.floor(before.instant / SECOND_MS));
      this.totals.prune(before.date);
      this.storage.sql.exec("DELETE FROM reported WHERE date < ?", before.date);
    });
    this.books.close();
    return this.intervals.hold() || this.totals.hold() || this.hasVouched();
  }

  /** Has everything of these own dates written to MySQL anew; says whether there is anything. */
  rewrite(dates: readonly OwnDate[], now: Instant): boolean {
    const ids = dates.flatMap((date) => {
      const { starts_at, ends_at } = dayBounds(date, this.history());
      const [from_s, to_s] = [starts_at, ends_at].map((at) => Math.floor(at / SECOND_MS));
      const pieces = this.intervals.between(from_s ?? 0, to_s ?? 0, true);
      return [...pieces.map(({ id }) => id), ...this.totals.idsOf(date)];
    });
    this.storage.transactionSync(() => {
      for (let from = 0; from < ids.length; from += REWRITTEN_AT_ONCE) {
        const version = this.nextVersion(now);
        for (const [position, id] of ids.slice(from, from + REWRITTEN_AT_ONCE).entries()) {
          this.outbox.addItem(version, position, id);
        }
      }
    });
    return ids.length > 0;
  }

  /** Forgets the books: the day rules, or what a challenge counts, have changed. */
  forgetBooks(): void {
    this.books.close();
  }

  /** A version for what is told to others, kept before it is told: a clock that lags behind after a sleep must not undercut it. */
  outgoingVersion(now: Instant): number {
    const version = this.nextVersion(now);
    this.storage.kv.put("ledger_version", version);
    return version;
  }

  /** The user's own days; what they deleted counts only where `with_deleted` says so. */
  ownDays(with_deleted: boolean): Scope {
    return { key: with_deleted ? "counted" : "shown", history: this.history(), with_deleted };
  }

  /** Nobody can vouch for a day that has not begun, nor for one that nothing is taken for any more. */
  private refusal(date: OwnDate, now: Instant): "too_old" | "in_the_future" | null {
    return refusalOfDate(date, now, this.history());
  }

  private hasVouched(): boolean {
    return this.storage.sql.exec("SELECT 1 FROM reported LIMIT 1").toArray().length > 0;
  }

  private take(item: IncomingItem, now: Instant, version: number): Taken {
    return item.kind === "interval"
      ? this.intervals.take(item, now, version)
      : this.totals.take(item, now, version);
  }

  /** A number that rises with every change: in MySQL and on boards, the higher one wins. */
  private nextVersion(now: Instant): number {
    this.version = Math.max(this.version + 1, now);
    return this.version;
  }
}
