import { clock } from "../platform/clock.ts";
import { migrateSchema } from "../platform/objects/schema.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { BoardUser, Report } from "./board-entry.ts";
import { factsSchema } from "./facts.schema.ts";
import type { Challenge } from "./lifecycle.ts";
import { firstScoredDate, type ReportedDay, type ScoreRules } from "./scoring.ts";

/** What a board needs to know of its challenge. */
export type BoardRules = Pick<
  Challenge,
  | "id"
  | "owner_id"
  | "visibility"
  | "apps"
  | "categories"
  | "metric"
  | "goal_seconds"
  | "start_date"
  | "end_date"
  | "missing_day_seconds"
  | "grace_hours"
  | "status"
  | "starts_at"
  | "ends_at"
  | "next_turn_at"
  | "version"
> & {
  /** Set before the results are written: from here on no score moves. */
  is_frozen: boolean;
};

/** Somebody on the board, or who once was. */
export type Person = BoardUser & { group_id: number; is_in: boolean };

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

  /** Takes somebody in as MySQL has them; says whether that differs from what was known. */
  putPerson(person: Person): boolean {
    const { rowsWritten } = this.#storage.sql.exec(
      `INSERT INTO people (user_id, display_name, avatar_url, named_version, group_id, is_in) VALUES (?, ?, ?, 0, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET display_name = excluded.display_name, avatar_url = excluded.avatar_url,
         group_id = excluded.group_id, is_in = excluded.is_in
       WHERE display_name <> excluded.display_name OR avatar_url IS NOT excluded.avatar_url
         OR group_id <> excluded.group_id OR is_in <> excluded.is_in`,
      person.id,
      person.display_name,
      person.avatar_url,
      person.group_id,
      person.is_in ? 1 : 0,
    );
    return rowsWritten > 0;
  }

  /** Forgets somebody with all their days; says whether they were known. */
  forgetPerson(user_id: string): boolean {
    this.forgetDays(user_id);
    const { rowsWritten } = this.#storage.sql.exec("DELETE FROM people WHERE user_id = ?", user_id);
    return rowsWritten > 0;
  }

  /** Gives somebody's place to a pseudonym that has neither name nor days. */
  hidePerson(user_id: string, pseudonym: string): void {
    this.forgetDays(user_id);
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

  /** Notes days that scores depend on, each unless a newer report of it is known; says whether any was new. */
  putDays(user_id: string, days: readonly (ReportedDay & { version: number })[]): boolean {
    const first = firstScoredDate(this.#rules);
    let written = 0;
    for (const day of days) {
      if (day.date < first || day.date > this.#rules.end_date) continue;
      written += this.#storage.sql.exec(
        `INSERT INTO days (user_id, date, seconds, reported, version) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (user_id, date) DO UPDATE SET seconds = excluded.seconds, reported = excluded.reported,
           version = excluded.version WHERE excluded.version > version`,
        user_id,
        day.date,
        day.seconds,
        day.reported ? 1 : 0,
        day.version,
      ).rowsWritten;
    }
    return written > 0;
  }

  /** Drops the days of somebody who takes no part. */
  forgetDays(user_id: string): void {
    this.#storage.sql.exec("DELETE FROM days WHERE user_id = ?", user_id);
  }

  /** All days that are known of somebody. */
  daysOf(user_id: string): ReportedDay[] {
    const cursor = this.#storage.sql.exec(
      "SELECT date, seconds, reported FROM days WHERE user_id = ?",
      user_id,
    );
    const days: ReportedDay[] = [];
    // Raw rows: this runs for every report, over up to 92 of them.
    for (const [date, seconds, reported] of cursor.raw<[string, number, number]>()) {
      days.push({ date, seconds, reported: reported === 1 });
    }
    return days;
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
