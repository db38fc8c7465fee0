import type { OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { HistoryQuestion } from "./history.ts";
import { heldInterval } from "./intervals.part.ts";
import type { HeldItem } from "./items.ts";
import { heldTotal } from "./totals.part.ts";

/** Positions of one version: a batch holds 500 items and 31 dates at most. */
const POSITIONS = 1_000;

/** What waits for MySQL, oldest first; `through` names the last of it, `since` when each entry was made. */
export type Waiting = {
  items: HeldItem[];
  dates: OwnDate[];
  since: Instant[];
  through: number;
  is_all: boolean;
};

/** The list of what MySQL may not know yet, written in the same step as what it names. */
export class Outbox {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  /** Notes an item that is new or has changed; `position` tells those of one version apart. */
  addItem(version: number, position: number, item_id: string): void {
    const add = "INSERT INTO outbox (seq, item_id) VALUES (?, ?)";
    this.sql.exec(add, version * POSITIONS + position, item_id);
  }

  /** Notes an own date that a phone vouched for. */
  addDate(version: number, position: number, date: OwnDate): void {
    const add = "INSERT INTO outbox (seq, date) VALUES (?, ?)";
    this.sql.exec(add, version * POSITIONS + position, date);
  }

  /** The version of the latest entry; 0 where nothing waits. */
  latestVersion(): number {
    const { seq } = this.sql
      .exec<{ seq: number | null }>("SELECT max(seq) AS seq FROM outbox")
      .one();
    return Math.floor((seq ?? 0) / POSITIONS);
  }

  /** The oldest entries, at most `limit` (all where it is negative), as what they name stands now. */
  waiting(limit: number): Waiting {
    const entries = this.sql
      .exec<{ seq: number; item_id: string | null; date: OwnDate | null }>(
        "SELECT * FROM outbox ORDER BY seq LIMIT ?",
        limit,
      )
      .toArray();
    const through = entries.at(-1)?.seq ?? 0;
    const dates = new Set(entries.flatMap(({ date }) => (date === null ? [] : [date])));
    const items = this.items("seq <= ?", [through]);
    // A version is the instant of the change, or a little later.
    const since = entries.map(({ seq }) => Math.floor(seq / POSITIONS));
    return {
      items,
      dates: [...dates],
      since,
      through,
      is_all: limit < 0 || entries.length < limit,
    };
  }

  /** Takes off the list what now stands in MySQL. */
  confirm(through: number): void {
    this.sql.exec("DELETE FROM outbox WHERE seq <= ?", through);
  }

  /** Those that belong on a page of history, newest first; and the ids of those that no longer do. */
  onPage({ filter, after, limit }: HistoryQuestion): { items: HeldItem[]; gone: string[] } {
    const { from, to, app, category, device_id } = filter;
    const waiting = this.items("item_id IS NOT NULL", []);
    const items = waiting
      .filter(
        (item) =>
          item.deleted_at === null &&
          (from === undefined || item.date >= from) &&
          (to === undefined || item.date <= to) &&
          (app === undefined || item.app === app || item.client_app === app) &&
          (category === undefined || item.category === category) &&
          (device_id === undefined || item.device_id === device_id) &&
          (after === null || isBefore(item, after)),
      )
      .sort((a, b) => b.started_s - a.started_s || (a.id < b.id ? 1 : -1))
      .slice(0, limit);
    const gone = waiting.flatMap((item) => (item.deleted_at === null ? [] : [item.id]));
    return { items, gone };
  }

  /** Everything that waits. */
  all(): Waiting {
    return this.waiting(-1);
  }

  private items(condition: string, bindings: number[]): HeldItem[] {
    const from = (table: string) =>
      `SELECT * FROM ${table} WHERE id IN (SELECT item_id FROM outbox WHERE ${condition})`;
    const intervals = this.sql
      .exec<Parameters<typeof heldInterval>[0]>(from("intervals"), ...bindings)
      .toArray();
    const totals = this.sql
      .exec<Parameters<typeof heldTotal>[0]>(from("totals"), ...bindings)
      .toArray();
    return [...intervals.map(heldInterval), ...totals.map(heldTotal)];
  }
}

function isBefore(item: HeldItem, after: { started_at: number; id: string }): boolean {
  const after_s = Math.floor(after.started_at / 1_000);
  return item.started_s < after_s || (item.started_s === after_s && item.id < after.id);
}
