import type { BoardRules } from "./board-rules.ts";
import { firstScoredDate } from "./scoring.ts";
import { toldDaysIn, withNewer, type ToldDay } from "./told-days.ts";

/** Somebody's days as they come, in whichever order. */
export type DaysOfOne = { user_id: string; days: readonly ToldDay[] };

/** How many people's days go into SQLite by one statement: a parameter holds 2 MB at most. */
const PEOPLE_AT_ONCE = 250;

type Kept = { user_id: string; days: string };

/** The days that a board's people told, a row a person; only those are kept that scores depend on. */
export class Days {
  readonly #storage: DurableObjectStorage;
  readonly #rules: () => Pick<BoardRules, "metric" | "start_date" | "end_date">;

  /** Keeps days in a table that the facts have made. */
  constructor(
    storage: DurableObjectStorage,
    rules: () => Pick<BoardRules, "metric" | "start_date" | "end_date">,
  ) {
    this.#storage = storage;
    this.#rules = rules;
  }

  /** Notes people's days, each unless a newer report of it is known. */
  put(told: readonly DaysOfOne[]): void {
    for (let from = 0; from < told.length; from += PEOPLE_AT_ONCE) {
      this.#putSome(told.slice(from, from + PEOPLE_AT_ONCE));
    }
  }

  /** Drops the days of somebody who takes no part, or by whose days they no longer play. */
  forget(user_id: string): void {
    this.#storage.sql.exec("DELETE FROM told WHERE user_id = ?", user_id);
  }

  #putSome(told: readonly DaysOfOne[]): void {
    const { end_date } = this.#rules();
    const first = firstScoredDate(this.#rules());
    const known = this.#known(told.map(({ user_id }) => user_id));
    const rows = told.flatMap(({ user_id, days }) => {
      const counting = days.filter(([date]) => date >= first && date <= end_date);
      const kept = withNewer(toldDaysIn(known.get(user_id) ?? null), counting);
      return kept ? [[user_id, kept]] : [];
    });
    if (rows.length === 0) return;
    this.#storage.sql.exec(
      `INSERT OR REPLACE INTO told (user_id, days)
       SELECT value ->> 0, value ->> 1 FROM json_each(?)`,
      JSON.stringify(rows),
    );
  }

  #known(user_ids: readonly string[]): Map<string, string> {
    const rows = this.#storage.sql.exec<Kept>(
      "SELECT user_id, days FROM told WHERE user_id IN (SELECT value FROM json_each(?))",
      JSON.stringify(user_ids),
    );
    return new Map(rows.toArray().map(({ user_id, days }) => [user_id, days]));
  }
}
