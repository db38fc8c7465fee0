import { migrateSchema } from "../platform/objects/schema.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { ownDateOf } from "../platform/time/own-day.ts";
import type { Entry } from "./board-entry.ts";
import type { Facts } from "./facts.part.ts";
import { standingsSchema } from "./facts.schema.ts";
import type { Groups } from "./groups.part.ts";
import { Ranking, type RankedEntry, type ScoredId } from "./ranking.ts";
import { scoreOf, scoreOrder, type Score } from "./scoring.ts";

/** Somebody's score as it is kept. */
export type ScoreLine = Score & { user_id: string };

/** Entries kept ready; those of the top are asked for again and again. */
const CARDS_KEPT = 4_000;
/** People scored anew in one go when their day turns: some tens of milliseconds. */
const SLICE = 500;

/**
 * The order of a board: a score for everybody who takes part, and their ranks. Scores stand in
 * SQLite, so that waking up reads one short row a person; the order itself is made in memory.
 */
export class Standings {
  readonly #storage: DurableObjectStorage;
  readonly #facts: Facts;
  readonly #groups: Groups;
  readonly #cards = new Map<string, Omit<Entry, "rank">>();
  #order: Ranking<string> | null = null;

  constructor(storage: DurableObjectStorage, facts: Facts, groups: Groups) {
    this.#storage = storage;
    this.#facts = facts;
    this.#groups = groups;
    migrateSchema(storage, "standings", standingsSchema);
  }

  /** How many take part. */
  get size(): number {
    return this.#ranking.size;
  }

  /** Scores people anew at the instant `now`, from all their days; says whether any entry changed. */
  rescore(user_ids: readonly string[], now: Instant): boolean {
    const { scoreRules } = this.#facts;
    const todays = new Map<number, OwnDate>();
    const todayOf = (group_id: number): OwnDate => {
      const today = todays.get(group_id) ?? ownDateOf(now, this.#groups.rule(group_id));
      todays.set(group_id, today);
      return today;
    };
    const lines = this.#facts.playersAmong(user_ids).map(({ user_id, group_id, days }) => ({
      user_id,
      ...scoreOf(days, scoreRules, todayOf(group_id)),
    }));
    let isChanged = this.put(lines);
    if (lines.length === user_ids.length) return isChanged;
    const playing = new Set(lines.map(({ user_id }) => user_id));
    for (const id of user_ids) if (!playing.has(id) && this.remove(id)) isChanged = true;
    return isChanged;
  }

  /** Other scores are the better ones now: the order is made anew. */
  reorder(): void {
    this.#order = null;
  }

  /** Gives people these scores; says whether they differ from what they had. */
  put(lines: readonly ScoreLine[]): boolean {
    if (lines.length === 0) return false;
    const { rowsWritten } = this.#storage.sql.exec(
      `INSERT INTO scores (user_id, score, days_reported, days_total, coverage)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE true
       ON CONFLICT (user_id) DO UPDATE SET score = excluded.score, days_reported = excluded.days_reported,
         days_total = excluded.days_total, coverage = excluded.coverage
       WHERE score <> excluded.score OR days_reported <> excluded.days_reported
         OR days_total <> excluded.days_total OR coverage <> excluded.coverage`,
      JSON.stringify(
        lines.map(({ user_id, score, days_reported, days_total, coverage }) => [
          ...[user_id, score, days_reported, days_total, coverage],
        ]),
      ),
    );
    if (rowsWritten === 0) return false;
    for (const { user_id, score } of lines) {
      this.#order?.set(user_id, score);
      this.#cards.delete(user_id);
    }
    return true;
  }

  /** Gives somebody's line to another id; says whether there was one. */
  handOver(user_id: string, to: string): boolean {
    const row = this.#row(user_id);
    if (!row) return false;
    this.remove(user_id);
    this.put([{ ...row, user_id: to }]);
    return true;
  }

  /** Takes somebody off the board; says whether they were on it. */
  remove(user_id: string): boolean {
    const { rowsWritten } = this.#storage.sql.exec("DELETE FROM scores WHERE user_id = ?", user_id);
    this.#order?.remove(user_id);
    this.#cards.delete(user_id);
    return rowsWritten > 0;
  }

  /** Somebody's name or avatar has changed. */
  refreshName(user_id: string): void {
    this.#cards.delete(user_id);
  }

  /**
   * Scores anew those whose own day has turned by `now`, a slice of them; says whether there are
   * more. A missing day counts from here on.
   */
  turnDays(now: Instant): boolean {
    const group = this.#groups.due(now);
    if (!group) return false;
    const people = this.#facts.peopleOf(group.id, group.done_until, SLICE);
    this.#storage.transactionSync(() => {
      this.rescore(people, now);
      const last = people.at(-1);
      if (last !== undefined && people.length === SLICE) this.#groups.advance(group.id, last);
      else this.#groups.finish(group.id, now);
    });
    return this.#groups.due(now) !== null;
  }

  /** Somebody's line, or null where they take no part. */
  entry(user_id: string): Entry | null {
    const rank = this.#ranking.rank(user_id);
    return rank === undefined ? null : this.#entryOf({ id: user_id, rank });
  }

  /** At most `limit` lines, beginning with the one that has `offset` before it. */
  page(offset: number, limit: number): Entry[] {
    return this.#entriesOf(this.#ranking.page(offset, limit));
  }

  /** At most `limit` lines behind a place, which need not be taken any more; from the top for null. */
  after(place: ScoredId<string> | null, limit: number): Entry[] {
    return this.#entriesOf(this.#ranking.after(place, limit));
  }

  /** At most `limit` lines with somebody in their middle; null where they take no part. */
  around(user_id: string, limit: number): Entry[] | null {
    const position = this.#ranking.position(user_id);
    if (position === undefined) return null;
    const from = Math.min(position - Math.floor(limit / 2), this.size - limit);
    return this.page(Math.max(0, from), limit);
  }

  /** Says whether anybody stands behind this line. */
  isLast(user_id: string): boolean {
    return this.#ranking.position(user_id) === this.size - 1;
  }

  get #ranking(): Ranking<string> {
    if (this.#order) return this.#order;
    const cursor = this.#storage.sql.exec("SELECT user_id, score FROM scores");
    const scored: ScoredId<string>[] = [];
    // Raw rows: all of a board wait for it.
    for (const [id, score] of cursor.raw<[string, number]>()) scored.push({ id, score });
    this.#order = new Ranking(scoreOrder(this.#facts.scoreRules.metric), scored);
    return this.#order;
  }

  #entriesOf(ranked: readonly RankedEntry<string>[]): Entry[] {
    return ranked.flatMap((line) => this.#entryOf(line) ?? []);
  }

  #entryOf({ id, rank }: { id: string; rank: number }): Entry | null {
    const card = this.#cards.get(id) ?? this.#readCard(id);
    return card && { rank, ...card };
  }

  #row(user_id: string): ScoreLine | undefined {
    return this.#storage.sql
      .exec<ScoreLine>("SELECT * FROM scores WHERE user_id = ?", user_id)
      .toArray()[0];
  }

  #readCard(user_id: string): Omit<Entry, "rank"> | null {
    const person = this.#facts.person(user_id);
    const row = this.#row(user_id);
    if (!person || !row) return null;
    const { id, display_name, avatar_url } = person;
    const { score, days_reported, days_total } = row;
    // Four digits are finer than any challenge's days, and keep frames short.
    const coverage = Math.round(row.coverage * 10_000) / 10_000;
    const user = { id, display_name, avatar_url };
    const card = { user, score, coverage, days_reported, days_total };
    const oldest = this.#cards.keys().next().value;
    if (this.#cards.size >= CARDS_KEPT && oldest !== undefined) this.#cards.delete(oldest);
    this.#cards.set(user_id, card);
    return card;
  }
}
