import { DAY_MS, SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { ownDateAt, type DayHistory } from "../platform/time/own-day.ts";
import type { HeldItem, IncomingInterval, Taken } from "./items.ts";

type Row = Omit<HeldItem, "kind" | "seconds" | "counted_seconds">;

const DAY_SECONDS = DAY_MS / SECOND_MS;

/** The intervals of a ledger, each once, and how far each device is known by them. */
export class Intervals {
  private readonly sql: SqlStorage;
  private readonly history: () => DayHistory;

  constructor(sql: SqlStorage, history: () => DayHistory) {
    this.sql = sql;
    this.history = history;
  }

  /** Takes an interval; one that is known by its id, or by device, app, start and end, is a duplicate. */
  take(interval: IncomingInterval, now: Instant, version: number): Taken {
    const { started_s, device_id, client_app, ended_s, id, app, app_name, category } = interval;
    const date = ownDateAt(started_s * SECOND_MS, this.history());
    const { rowsWritten } = this.sql.exec(
      `INSERT INTO intervals (started_s, device_id, client_app, ended_s, id, app, app_name, category, date, received_at, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      started_s,
      device_id,
      client_app,
      ended_s,
      id,
      app,
      app_name,
      category,
      date,
      now,
      version,
    );
    if (rowsWritten === 0) return { status: "duplicate", item: this.known(interval) };
    this.sql.exec(
      `INSERT INTO devices (device_id, known_until_s) VALUES (?, ?)
       ON CONFLICT (device_id) DO UPDATE SET known_until_s = excluded.known_until_s
       WHERE known_until_s < excluded.known_until_s`,
      device_id,
      ended_s,
    );
    const item = heldInterval({ ...interval, date, received_at: now, deleted_at: null, version });
    return { status: "accepted", item };
  }

  byId(id: string): HeldItem | null {
    const row = this.sql.exec<Row>("SELECT * FROM intervals WHERE id = ?", id).toArray()[0];
    return row ? heldInterval(row) : null;
  }

  /** Those that reach into [from_s, to_s), seconds since the epoch. */
  between(from_s: number, to_s: number, with_deleted: boolean): HeldItem[] {
    // No interval lasts longer than a day, so none that starts earlier can reach in.
    return this.sql
      .exec<Row>(
        `SELECT * FROM intervals WHERE started_s > ? AND started_s < ? AND ended_s > ?
           AND (? OR deleted_at IS NULL)`,
        from_s - DAY_SECONDS - 1,
        to_s,
        from_s,
        with_deleted ? 1 : 0,
      )
      .toArray()
      .map(heldInterval);
  }

  /** Marks an interval as deleted; gives it as it stands then, or null where the id is not held. */
  hide(id: string, now: Instant, version: number): HeldItem | null {
    this.sql.exec(
      "UPDATE intervals SET deleted_at = ?, version = ? WHERE id = ? AND deleted_at IS NULL",
      now,
      version,
      id,
    );
    return this.byId(id);
  }

  /** The second up to which a device is known, or null where it never sent an interval. */
  knownUntil(device_id: string): number | null {
    const row = this.sql
      .exec<{ known_until_s: number }>(
        "SELECT known_until_s FROM devices WHERE device_id = ?",
        device_id,
      )
      .toArray()[0];
    return row?.known_until_s ?? null;
  }

  /** Says whether there are any. */
  hold(): boolean {
    return this.sql.exec("SELECT 1 FROM intervals LIMIT 1").toArray().length > 0;
  }

  /** Drops those that ended before a second, and the devices that fell silent before it. */
  prune(before_s: number): void {
    this.sql.exec(`DELETE FROM intervals WHERE started_s < ?1 AND ended_s < ?1`, before_s);
    this.sql.exec("DELETE FROM devices WHERE known_until_s < ?", before_s);
  }

  private known(interval: IncomingInterval): HeldItem {
    const row = this.sql
      .exec<Row>(
        `SELECT * FROM intervals
         WHERE id = ?1 OR (started_s = ?2 AND device_id = ?3 AND client_app = ?4 AND ended_s = ?5) LIMIT 1`,
        interval.id,
        interval.started_s,
        interval.device_id,
        interval.client_app,
        interval.ended_s,
      )
      .one();
    return heldInterval(row);
  }
}

/** An interval's row as an item. */
export function heldInterval(row: Row): HeldItem {
  const seconds = row.ended_s - row.started_s;
  return { ...row, kind: "interval", seconds, counted_seconds: seconds };
}
