import { SECOND_MS } from "../platform/time/instant.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import { dayBounds, type DayHistory } from "../platform/time/own-day.ts";
import type { Category } from "../catalogue/index.ts";
import { DayBook, type DayTotal, type Piece } from "./day-book.ts";
import type { HeldItem } from "./items.ts";

/** Whose days a book counts, and what of them: the user's own days, or those of a challenge. */
export type Scope = {
  key: string;
  history: DayHistory;
  /** Whether items that their owner took out of the history still count. */
  with_deleted: boolean;
  counts?: (app: string, category: Category) => boolean;
};

/** What a book is made of: pieces between two instants (s), and the totals of a date. */
export type Pages = {
  pieces(from_s: number, to_s: number, with_deleted: boolean): Iterable<Piece>;
  totals(date: OwnDate, with_deleted: boolean): Iterable<DayTotal>;
};

type OpenBook = {
  scope: Scope;
  date: OwnDate;
  starts_s: number;
  ends_s: number;
  book: DayBook;
};

/** Books that are asked for again and again; others are made anew from the items. */
const BOOKS_KEPT = 64;

/** The open books of a ledger: made from its items when asked for, kept right as items come in. */
export class Books {
  readonly #pages: Pages;
  readonly #open = new Map<string, OpenBook>();

  constructor(pages: Pages) {
    this.#pages = pages;
  }

  /** The counters of a date within a scope. */
  of(scope: Scope, date: OwnDate): DayBook {
    const key = `${scope.key}/${date}`;
    const known = this.#open.get(key);
    if (known) return known.book;
    const { starts_at, ends_at } = dayBounds(date, scope.history);
    const starts_s = Math.floor(starts_at / SECOND_MS);
    const ends_s = Math.floor(ends_at / SECOND_MS);
    const book = new DayBook(ends_s - starts_s, scope.counts);
    // Totals first: a device that has any is counted by them.
    for (const total of this.#pages.totals(date, scope.with_deleted)) book.put(total);
    for (const piece of this.#pages.pieces(starts_s, ends_s, scope.with_deleted)) {
      book.add(clipped(piece, starts_s, ends_s));
    }
    this.#open.set(key, { scope, date, starts_s, ends_s, book });
    const oldest = this.#open.keys().next().value;
    if (this.#open.size > BOOKS_KEPT && oldest !== undefined) this.#open.delete(oldest);
    return book;
  }

  /** Enters an item that is new, or a total that has grown, into the open books it touches. */
  enter(item: HeldItem): void {
    for (const [key, { scope, date, starts_s, ends_s, book }] of this.#open) {
      if (item.kind !== "interval") {
        const seconds = scope.with_deleted ? item.counted_seconds : item.seconds;
        if (item.date === date && !book.put({ ...item, seconds })) this.#open.delete(key);
      } else if (item.started_s < ends_s && item.ended_s > starts_s) {
        book.add(clipped(item, starts_s, ends_s));
      }
    }
  }

  /** Closes the books that an item no longer counts in once its owner took it out. */
  takeOut(item: HeldItem): void {
    for (const [key, { scope, date, starts_s, ends_s }] of this.#open) {
      const touches =
        item.kind === "interval"
          ? item.started_s < ends_s && item.ended_s > starts_s
          : item.date === date;
      if (touches && !scope.with_deleted) this.#open.delete(key);
    }
  }

  /** Closes all books: the day rules have changed. */
  close(): void {
    this.#open.clear();
  }
}

function clipped<P extends Piece>(piece: P, from_s: number, to_s: number): P {
  if (piece.started_s >= from_s && piece.ended_s <= to_s) return piece;
  return {
    ...piece,
    started_s: Math.max(piece.started_s, from_s),
    ended_s: Math.min(piece.ended_s, to_s),
  };
}
