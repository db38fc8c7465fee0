import type { Context } from "../platform/context.ts";
import { avatarUrl } from "../users/index.ts";
import {
  pageOfDays,
  pageOfPeople,
  peopleByIds,
  resultsOf,
  type BoardDayRow,
  type BoardPerson,
} from "./board.store.ts";
import { findChallenge } from "./challenges.store.ts";
import type { Facts } from "./facts.part.ts";
import type { Groups } from "./groups.part.ts";
import type { Standings } from "./standings.part.ts";

const PEOPLE_PAGE = 250;
const DAYS_PAGE = 5_000;
const FILLED = "filled";
const FILLED_UNTIL = "filled_until";

type Parts = {
  storage: DurableObjectStorage;
  facts: Facts;
  groups: Groups;
  standings: Standings;
  /** A context for one piece of work, with a deadline of its own. */
  work: (job: string) => Context;
  /** Called once what was read anew stands on the board. */
  onChange: (left: readonly string[]) => void;
};

/** Keeps who takes part in step with MySQL: fills an empty board, and reads people anew when told. */
export class Membership {
  readonly #parts: Parts;
  #filling: Promise<void> | null = null;
  #waiting = new Set<string>();
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Says whether the board holds all that MySQL knew when it was made. */
  get isFilled(): boolean {
    return this.#parts.storage.kv.get(FILLED) === true;
  }

  /** Reads the challenge's people and their days in pages; goes on where it stopped. Throws where MySQL is away. */
  async fill(): Promise<void> {
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = null;
    });
    await this.#filling;
  }

  /**
   * Reads the challenge and these people anew; what MySQL held when this was called stands on the
   * board when it returns. Calls that come while one reads share the next read. Throws where MySQL
   * is away.
   */
  async refresh(user_ids: readonly string[]): Promise<void> {
    for (const user_id of user_ids) this.#waiting.add(user_id);
    // A read under way may have begun before the change: only one that begins now is sure to see it.
    this.#next ??= this.#afterRunning();
    await this.#next;
  }

  async #fill(): Promise<void> {
    const { storage, facts, work } = this.#parts;
    while (!this.isFilled) {
      const ctx = work("fill");
      const after = storage.kv.get<string>(FILLED_UNTIL) ?? "";
      const people = await pageOfPeople(ctx, facts.rules.id, after, PEOPLE_PAGE);
      await this.#takeIn(ctx, people);
      const last = people.at(-1);
      if (last && people.length === PEOPLE_PAGE) storage.kv.put(FILLED_UNTIL, last.user_id);
      else storage.kv.put(FILLED, true);
    }
  }

  async #afterRunning(): Promise<void> {
    await this.#running?.catch(() => undefined);
    this.#next = null;
    this.#running = this.#read().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #read(): Promise<void> {
    const { facts, work, onChange } = this.#parts;
    const user_ids = [...this.#waiting];
    this.#waiting = new Set();
    const ctx = work("refresh");
    const [challenge, people] = await Promise.all([
      findChallenge(ctx, facts.rules.id),
      peopleByIds(ctx, facts.rules.id, user_ids),
    ]);
    if (challenge) facts.takeRules(challenge);
    const known = new Set(people.map((person) => person.user_id));
    for (const user_id of user_ids) if (!known.has(user_id)) facts.forgetDays(user_id);
    // A frozen board is what its results say, whoever leaves while they are written.
    if (!facts.rules.is_frozen) await this.#takeIn(ctx, people);
    onChange(people.filter((person) => person.left_at !== null).map((person) => person.user_id));
  }

  async #takeIn(ctx: Context, people: readonly BoardPerson[]): Promise<void> {
    const { storage, facts, groups, standings } = this.#parts;
    const now = facts.now();
    const newcomers = people.map((person) => person.user_id).filter((id) => !facts.person(id));
    const challenge_id = facts.rules.id;
    const days = await this.#daysOf(ctx, newcomers);
    const results = facts.rules.is_frozen ? await resultsOf(ctx, challenge_id, newcomers) : null;
    storage.transactionSync(() => {
      for (const { user_id, display_name, avatar_key, left_at, ...rule } of people) {
        facts.putPerson({
          id: user_id,
          display_name,
          avatar_url: avatarUrl(ctx.config.PUBLIC_URL, avatar_key),
          group_id: groups.idOf(rule, now),
          is_in: left_at === null,
        });
        standings.refreshName(user_id);
      }
      for (const day of days) facts.putDays(day.user_id, [day]);
      if (results === null) for (const { user_id } of people) standings.rescore(user_id, now);
      for (const { user_id, score, days_reported, days_total } of results ?? []) {
        const coverage = days_reported / days_total;
        standings.put(user_id, { score, days_reported, days_total, coverage });
      }
    });
  }

  async #daysOf(ctx: Context, user_ids: readonly string[]): Promise<BoardDayRow[]> {
    const ordered = [...user_ids].sort();
    const days: BoardDayRow[] = [];
    for (let page: BoardDayRow[] | null = null; page === null || page.length === DAYS_PAGE;) {
      const after: BoardDayRow | null = days.at(-1) ?? null;
      page = await pageOfDays(ctx, this.#parts.facts.rules.id, ordered, after, DAYS_PAGE);
      days.push(...page);
    }
    return days;
  }
}
