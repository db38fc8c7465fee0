import type { OwnDate } from "../platform/time/dates.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { dayBounds, type DayHistory } from "../platform/time/own-day.ts";
import type { DayTotal } from "./day-book.ts";
import type { HeldItem, IncomingTotal, Taken } from "./items.ts";

type Row = Omit<HeldItem, "seconds" | "counted_seconds"> & {
  total_seconds: number;
  hidden_seconds: number;
};

/** The day totals of a ledger: of each (date, device, app) the largest that was ever reported. */
export class Totals {
  private readonly sql: SqlStorage;
  private readonly history: () => DayHistory;

  constructor(sql: SqlStorage, history: () => DayHistory) {
    this.sql = sql;
    this.history = history;
  }

  /**
   * Takes a total: a larger one replaces what was known, an equal one is a duplicate, a smaller one is
   * merged, which changes nothing. A lower bound is a total like any other: the maximum is the truth
   * that is known, in whatever order they come.
   */
  take(total: IncomingTotal, now: Instant, version: number): Taken {
    const { date, device_id, client_app, seconds } = total;
    const known = this.sql
      .exec<Row>(
        "SELECT * FROM totals WHERE date = ? AND device_id = ? AND client_app = ?",
        date,
        device_id,
        client_app,
      )
      .toArray()[0];
    if (known && seconds <= known.total_seconds) {
      const status = seconds === known.total_seconds ? "duplicate" : "merged";
      return { status, item: heldTotal(known) };
    }
    const { starts_at, ends_at } = dayBounds(date, this.history());
    const row: Row = {
      date,
      device_id,
      client_app,
      id: known?.id ?? total.id,
      kind: total.kind,
      // What a day was first told under, it stays under: no counter is left behind with its seconds.
      app: known?.app ?? total.app,
      app_name: known?.app_name ?? total.app_name,
      category: known?.category ?? total.category,
      started_s: Math.floor(starts_at / SECOND_MS),
      ended_s: Math.floor(ends_at / SECOND_MS),
      total_seconds: seconds,
      hidden_seconds: known?.hidden_seconds ?? 0,
      received_at: now,
      deleted_at: known?.deleted_at ?? null,
      version,
    };
    this.sql.exec(
      `INSERT OR REPLACE INTO totals (date, device_id, client_app, id, kind, app, app_name, category,
         started_s, ended_s, total_seconds, hidden_seconds, received_at, deleted_at, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[row.date, row.device_id, row.client_app, row.id, row.kind, row.app, row.app_name],
      ...[row.category, row.started_s, row.ended_s, row.total_seconds, row.hidden_seconds],
      ...[row.received_at, row.deleted_at, row.version],
    );
    return { status: "accepted", item: heldTotal(row) };
  }

  byId(id: string): HeldItem | null {
    const row = this.sql.exec<Row>("SELECT * FROM totals WHERE id = ?", id).toArray()[0];
    return row ? heldTotal(row) : null;
  }

  /** The totals of a date. */
  of(date: OwnDate, with_deleted: boolean): DayTotal[] {
    return (
      this.sql
        .exec<Row>("SELECT * FROM totals WHERE date = ?", date)
        .toArray()
        .map((row) => ({
          ...row,
          seconds: row.total_seconds - (with_deleted ? 0 : row.hidden_seconds),
        }))
        // Of one that was taken out, only what came on top since shows.
        .filter((row) => with_deleted || row.deleted_at === null || row.seconds > 0)
    );
  }

  /** The ids of a date's totals, also of those that were taken out. */
  idsOf(date: OwnDate): string[] {
    const find = "SELECT id FROM totals WHERE date = ?";
    return [...this.sql.exec<{ id: string }>(find, date)].map(({ id }) => id);
  }

  /** Hides what a total holds so far; gives it as it stands then, or null where the id is not held. */
  hide(id: string, now: Instant, version: number): HeldItem | null {
    this.sql.exec(
      `UPDATE totals SET hidden_seconds = total_seconds, deleted_at = ?, version = ?
       WHERE id = ? AND (deleted_at IS NULL OR hidden_seconds < total_seconds)`,
      now,
      version,
      id,
    );
    return this.byId(id);
  }

  /** Says whether there are any. */
  hold(): boolean {
    return this.sql.exec("SELECT 1 FROM totals LIMIT 1").toArray().length > 0;
  }

  /** Drops those of earlier dates. */
  prune(before: OwnDate): void {
    this.sql.exec(`DELETE FROM totals WHERE date < ?`, before);
  }
}

/** A total's row as an item: what was hidden of it no longer shows; what came on top since does. */
export function heldTotal({ total_seconds, hidden_seconds, ...row }: Row): HeldItem {
  const seconds = total_seconds - hidden_seconds;
  const deleted_at = seconds > 0 ? null : row.deleted_at;
  return { ...row, seconds, counted_seconds: total_seconds, deleted_at };
}
