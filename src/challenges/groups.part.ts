import { migrateSchema } from "../platform/objects/schema.ts";
import { addDays } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { dayStart, ownDateOf, type DayRule } from "../platform/time/own-day.ts";
import { groupsSchema } from "./facts.schema.ts";
import type { BoardRules } from "./board-rules.ts";

/** A group whose own day has turned: its people after `done_until` are still to be scored anew. */
export type DueGroup = { id: number; done_until: string };

/** The day rules by which a board's people play; each group's own days turn at the same instants. */
export class Groups {
  readonly #storage: DurableObjectStorage;
  readonly #dates: () => Pick<BoardRules, "start_date" | "end_date">;
  readonly #rules = new Map<number, DayRule>();
  readonly #ids = new Map<string, number>();

  constructor(
    storage: DurableObjectStorage,
    dates: () => Pick<BoardRules, "start_date" | "end_date">,
  ) {
    this.#storage = storage;
    this.#dates = dates;
    migrateSchema(storage, "groups", groupsSchema);
    const rows = storage.sql.exec<{ id: number; timezone: string; day_start_minute: number }>(
      "SELECT id, timezone, day_start_minute FROM groups",
    );
    for (const { id, timezone, day_start_minute } of rows)
      this.#know(id, { timezone, day_start_minute });
  }

  /** The group of a day rule; a new one's days turn from `now` on. */
  idOf({ timezone, day_start_minute }: DayRule, now: Instant): number {
    const known = this.#ids.get(`${timezone}/${day_start_minute}`);
    if (known !== undefined) return known;
    const { id } = this.#storage.sql
      .exec<{ id: number }>(
        "INSERT INTO groups (timezone, day_start_minute, next_at) VALUES (?, ?, ?) RETURNING id",
        timezone,
        day_start_minute,
        this.#turnAfter({ timezone, day_start_minute }, now),
      )
      .one();
    this.#know(id, { timezone, day_start_minute });
    return id;
  }

  /** The day rule of a group. Raises a RangeError for one that does not exist. */
  rule(id: number): DayRule {
    const rule = this.#rules.get(id);
    if (!rule) throw new RangeError(`no group ${id}`);
    return rule;
  }

  /** When the next own day of any group ends that the challenge still cares for. */
  nextTurn(): Instant | null {
    return this.#storage.sql
      .exec<{ at: number | null }>("SELECT min(next_at) AS at FROM groups")
      .one().at;
  }

  /** Has everybody scored anew from `now` on: the challenge's dates, or what makes a score, have changed. */
  replan(now: Instant): void {
    this.#storage.sql.exec("UPDATE groups SET done_until = '', next_at = ?", now);
  }

  /** A group whose day had turned at `now`, the one that waits longest. */
  due(now: Instant): DueGroup | null {
    const rows = this.#storage.sql.exec<DueGroup>(
      "SELECT id, done_until FROM groups WHERE next_at <= ? ORDER BY next_at, id LIMIT 1",
      now,
    );
    return rows.toArray()[0] ?? null;
  }

  /** Notes how far a group has been scored anew. */
  advance(id: number, done_until: string): void {
    this.#storage.sql.exec("UPDATE groups SET done_until = ? WHERE id = ?", done_until, id);
  }

  /** Notes that all of a group has been scored for the day that runs at `now`. */
  finish(id: number, now: Instant): void {
    const next_at = this.#turnAfter(this.rule(id), now);
    this.#storage.sql.exec(
      "UPDATE groups SET done_until = '', next_at = ? WHERE id = ?",
      next_at,
      id,
    );
  }

  /** The next start of one of the challenge's days or of the day behind it; null once that has begun. */
  #turnAfter(rule: DayRule, now: Instant): Instant | null {
    const { start_date, end_date } = this.#dates();
    const first = dayStart(start_date, rule);
    if (now < first) return first;
    const today = ownDateOf(now, rule);
    return today > end_date ? null : dayStart(addDays(today, 1), rule);
  }

  #know(id: number, rule: DayRule): void {
    this.#rules.set(id, rule);
    this.#ids.set(`${rule.timezone}/${rule.day_start_minute}`, id);
  }
}
