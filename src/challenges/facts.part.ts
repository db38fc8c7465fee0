import { clock } from "../platform/clock.ts";
import { migrateSchema } from "../platform/objects/schema.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { BoardUser, Report } from "./board-entry.ts";
import type { BoardRules } from "./board-rules.ts";
import { Days } from "./days.part.ts";
import { factsSchema } from "./facts.schema.ts";
import type { Challenge } from "./lifecycle.ts";
import type { ReportedDay, ScoreRules } from "./scoring.ts";
import { reportedDays, toldDaysIn } from "./told-days.ts";

/** Somebody on the board, or who once was. */
export type Person = BoardUser & { group_id: number; is_in: boolean };

/** Somebody who takes part, and what their score is made from. */
export type Player = { user_id: string; group_id: number; days: ReportedDay[] };

type PersonRow = {
  user_id: string;
  display_name: string;
  avatar_url: string | null;
  group_id: number;
  is_in: number;
};

/** Told when newer rules have been taken over, with those before. */
type OnRules = (before: BoardRules, now: BoardRules) => void;

const KEY = "challenge";
const LATEST_TRIGGER = "latest_trigger";

/**
 * The facts of a board: its challenge's rules, its people and their days. All of them are copies of
 * what MySQL or the users' objects own. Nothing here awaits, so each call is one step.
 */
export class Facts {
  readonly days: Days;
  readonly #storage: DurableObjectStorage;
  readonly #onRules: OnRules;
  #rules: BoardRules;
  #latestTrigger: Instant;

  /** Says whether a board was ever filled here; reading this writes nothing. */
  static areIn(storage: DurableObjectStorage): boolean {
    return storage.kv.get(KEY) !== undefined;
  }

  /** Opens the facts; a board that is new is given its `challenge`. */
  constructor(storage: DurableObjectStorage, onRules: OnRules, challenge?: Challenge) {
    this.#storage = storage;
    this.#onRules = onRules;
    this.days = new Days(storage, () => this.#rules);
    migrateSchema(storage, "facts", factsSchema);
    const known = storage.kv.get<BoardRules>(KEY);
    if (known) this.#rules = known;
    else if (challenge) storage.kv.put(KEY, (this.#rules = rulesOf(challenge)));
    else throw new RangeError("a new board needs its challenge");
    this.#latestTrigger = storage.kv.get<Instant>(LATEST_TRIGGER) ?? 0;
  }

  /** The board's instant: the clock's, or that of a trigger ahead of it. It never falls behind a turn. */
  now(): Instant {
    return Math.max(clock.now(), this.#latestTrigger);
  }

  /** Notes the instant of a trigger. */
  triggeredAt(instant: Instant): void {
    if (instant <= this.now()) return;
    this.#storage.kv.put(LATEST_TRIGGER, (this.#latestTrigger = instant));
  }

  get rules(): BoardRules {
    return this.#rules;
  }

  /** What scoring depends on. Raises a RangeError for days under a goal that is none. */
  get scoreRules(): ScoreRules {
    const { metric, goal_seconds, start_date, end_date, missing_day_seconds } = this.#rules;
    const dates = { start_date, end_date, missing_day_seconds };
    if (metric !== "days_under_goal") return { metric, ...dates };
    if (goal_seconds === null) throw new RangeError("a challenge of days under no goal");
    return { metric, goal_seconds, ...dates };
  }

  /** Takes over the challenge's row unless a newer one is known; says whether anything changed. */
  takeRules(challenge: Challenge): boolean {
    if (challenge.version < this.#rules.version) return false;
    const next = rulesOf(challenge);
    next.is_frozen ||= this.#rules.is_frozen;
    const before = this.#rules;
    if (JSON.stringify(next) === JSON.stringify(before)) return false;
    this.#storage.kv.put(KEY, (this.#rules = next));
    this.#onRules(before, next);
    return true;
  }

  /** Ends the moving of scores. */
  freeze(): void {
    if (this.#rules.is_frozen) return;
    this.#storage.kv.put(KEY, (this.#rules = { ...this.#rules, is_frozen: true }));
  }

  person(user_id: string): Person | null {
    const row = this.#storage.sql
      .exec<PersonRow>("SELECT * FROM people WHERE user_id = ?", user_id)
      .toArray()[0];
    return row ? personOf(row) : null;
  }

  /** The groups of those of these people who are on the board, or once were. */
  groupsOf(user_ids: readonly string[]): Map<string, number> {
    const rows = this.#storage.sql.exec<Pick<PersonRow, "user_id" | "group_id">>(
      "SELECT user_id, group_id FROM people WHERE user_id IN (SELECT value FROM json_each(?))",
      JSON.stringify(user_ids),
    );
    return new Map(rows.toArray().map(({ user_id, group_id }) => [user_id, group_id]));
  }

  /** Takes people in as MySQL has them; says whether that differs from what was known. */
  putPeople(people: readonly Person[]): boolean {
    const { rowsWritten } = this.#storage.sql.exec(
      `INSERT INTO people (user_id, display_name, avatar_url, named_version, group_id, is_in)
         SELECT value ->> 0, value ->> 1, value ->> 2, 0, value ->> 3, value ->> 4 FROM json_each(?) WHERE true
       ON CONFLICT (user_id) DO UPDATE SET display_name = excluded.display_name, avatar_url = excluded.avatar_url,
         group_id = excluded.group_id, is_in = excluded.is_in
       WHERE display_name <> excluded.display_name OR avatar_url IS NOT excluded.avatar_url
         OR group_id <> excluded.group_id OR is_in <> excluded.is_in`,
      JSON.stringify(
        people.map(({ id, display_name, avatar_url, group_id, is_in }) => [
          ...[id, display_name, avatar_url, group_id],
          is_in ? 1 : 0,
        ]),
      ),
    );
    return rowsWritten > 0;
  }

  /** Those of these people who take part, each with all their days. */
  playersAmong(user_ids: readonly string[]): Player[] {
    const cursor = this.#storage.sql.exec(
      `SELECT people.user_id, group_id, days FROM people LEFT JOIN told ON told.user_id = people.user_id
       WHERE people.user_id IN (SELECT value FROM json_each(?)) AND is_in = 1`,
      JSON.stringify(user_ids),
    );
    const players: Player[] = [];
    // Raw rows: this runs for every report.
    for (const [user_id, group_id, days] of cursor.raw<[string, number, string | null]>()) {
      players.push({ user_id, group_id, days: reportedDays(toldDaysIn(days)) });
    }
    return players;
  }

  /** Forgets somebody with all their days; says whether they were known. */
  forgetPerson(user_id: string): boolean {
    this.days.forget(user_id);
    const { rowsWritten } = this.#storage.sql.exec("DELETE FROM people WHERE user_id = ?", user_id);
    return rowsWritten > 0;
  }

  /** Gives somebody's place to a pseudonym that has neither name nor days. */
  hidePerson(user_id: string, pseudonym: string): void {
    this.days.forget(user_id);
    this.#storage.sql.exec(
      "UPDATE OR REPLACE people SET user_id = ?2, display_name = '', avatar_url = NULL WHERE user_id = ?1",
      user_id,
      pseudonym,
    );
  }

  /** A page of those who take part, by id. */
  peopleAfter(after: string, limit: number): string[] {
    return this.#storage.sql
      .exec<{ user_id: string }>(
        "SELECT user_id FROM people WHERE user_id > ? AND is_in = 1 ORDER BY user_id LIMIT ?",
        after,
        limit,
      )
      .toArray()
      .map((row) => row.user_id);
  }

  /** A page of those of a group who take part, by id. */
  peopleOf(group_id: number, after: string, limit: number): string[] {
    return this.#storage.sql
      .exec<{ user_id: string; is_in: number }>(
        "SELECT user_id FROM people WHERE group_id = ? AND user_id > ? AND is_in = 1 ORDER BY user_id LIMIT ?",
        group_id,
        after,
        limit,
      )
      .toArray()
      .map((row) => row.user_id);
  }

  /** Takes over a report's name and avatar unless a later one has changed them; says whether it did. */
  rename({ user_id, display_name, avatar_url, version }: Report): boolean {
    const { rowsWritten } = this.#storage.sql.exec(
      `UPDATE people SET display_name = ?2, avatar_url = ?3, named_version = ?4
       WHERE user_id = ?1 AND named_version < ?4 AND (display_name <> ?2 OR avatar_url IS NOT ?3)`,
      user_id,
      display_name,
      avatar_url,
      version,
    );
    return rowsWritten > 0;
  }
}

function personOf({ user_id, is_in, ...row }: PersonRow): Person {
  const { display_name, avatar_url, group_id } = row;
  return { id: user_id, display_name, avatar_url, group_id, is_in: is_in === 1 };
}

function rulesOf(challenge: Challenge): BoardRules {
  const { id, owner_id, visibility, apps, categories, metric, goal_seconds } = challenge;
  const { start_date, end_date, missing_day_seconds, grace_hours } = challenge;
  const { status, starts_at, ends_at, next_turn_at, version } = challenge;
  const is_frozen = status === "final" || status === "cancelled";
  return {
    id,
    owner_id,
    visibility,
    apps,
    categories,
    metric,
    goal_seconds,
    start_date,
    end_date,
    missing_day_seconds,
    grace_hours,
    status,
    starts_at,
    ends_at,
    next_turn_at,
    version,
    is_frozen,
  };
}
