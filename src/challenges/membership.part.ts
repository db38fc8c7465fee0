import type { Context } from "../platform/context.ts";
import { avatarUrl } from "../users/index.ts";
import {
  pageOfPeople,
  peopleByIds,
  resultsOf,
  type BoardPerson,
  type ResultRow,
} from "./board.store.ts";
import { findChallenge } from "./challenges.store.ts";
import type { Facts, Person } from "./facts.part.ts";
import type { Groups } from "./groups.part.ts";
import type { Standings } from "./standings.part.ts";

/** How many are read by one statement: those of the longest challenge come with 3 MB of days. */
const PEOPLE_PAGE = 1_000;
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
  onChange: (news: { left: readonly string[]; is_changed: boolean }) => void;
};

/** Keeps who takes part in step with MySQL: fills an empty board, and reads people anew when told. */
export class Membership {
  readonly #parts: Parts;
  #isFilled = false;
  #filling: Promise<void> | null = null;
  #waiting = new Set<string>();
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Says whether the board holds all that MySQL knew when it was made. */
  get isFilled(): boolean {
    this.#isFilled ||= this.#parts.storage.kv.get(FILLED) === true;
    return this.#isFilled;
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

  /**
   * Forgets an erased person. On a board whose scores move no more their line stays, under the
   * pseudonym; one that was called off keeps nothing. Says what became of it, and whether anything did.
   */
  erase(user_id: string, pseudonym: string): { place: "kept" | "gone"; is_changed: boolean } {
    const { storage, facts, standings } = this.#parts;
    return storage.transactionSync(() => {
      const { is_frozen, status } = facts.rules;
      const isKept = is_frozen && status !== "cancelled";
      if (!isKept || !standings.handOver(user_id, pseudonym)) {
        const is_changed = this.#forget(user_id);
        const wasKept = isKept && facts.person(pseudonym) !== null;
        return { place: wasKept ? "kept" : "gone", is_changed };
      }
      facts.hidePerson(user_id, pseudonym);
      standings.refreshName(pseudonym);
      return { place: "kept", is_changed: true };
    });
  }

  /** Takes somebody off the board for good; says whether they stood on it. */
  #forget(user_id: string): boolean {
    const { facts, standings } = this.#parts;
    facts.forgetPerson(user_id);
    return standings.remove(user_id);
  }

  async #fill(): Promise<void> {
    const { storage } = this.#parts;
    if (this.isFilled) return;
    let after = storage.kv.get<string>(FILLED_UNTIL) ?? "";
    for (let next = this.#pageAfter(after); ;) {
      const { ctx, people } = await next;
      const last = people.length === PEOPLE_PAGE ? people.at(-1) : undefined;
      if (last) {
        // MySQL gathers the next page while this one is stored.
        next = this.#pageAfter((after = last.user_id));
        next.catch(() => undefined);
      }
      await this.#takeIn(ctx, people);
      if (last) {
        storage.kv.put(FILLED_UNTIL, after);
        continue;
      }
      storage.kv.put(FILLED, true);
      storage.kv.delete(FILLED_UNTIL);
      return;
    }
  }

  async #pageAfter(after: string): Promise<{ ctx: Context; people: BoardPerson[] }> {
    const { facts, work } = this.#parts;
    const ctx = work("fill");
    return { ctx, people: await pageOfPeople(ctx, facts.rules.id, after, PEOPLE_PAGE) };
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
    const challenge = await findChallenge(ctx, facts.rules.id);
    let isChanged = challenge !== null && facts.takeRules(challenge);
    const left: string[] = [];
    for (let from = 0; from < user_ids.length; from += PEOPLE_PAGE) {
      const some = user_ids.slice(from, from + PEOPLE_PAGE);
      const people = await peopleByIds(ctx, facts.rules.id, some);
      const known = new Set(people.map((person) => person.user_id));
      for (const user_id of some) {
        if (known.has(user_id)) continue;
        facts.days.forget(user_id);
        // Erased, or never in: a frozen board is told so by itself.
        if (!facts.rules.is_frozen && this.#forget(user_id)) isChanged = true;
      }
      // A frozen board is what its results say, whoever leaves while they are written.
      if (!facts.rules.is_frozen && (await this.#takeIn(ctx, people))) isChanged = true;
      for (const { user_id, left_at } of people) if (left_at !== null) left.push(user_id);
    }
    onChange({ left, is_changed: isChanged });
  }

  /** Takes people in with their days and scores; says whether the board differs from before. */
  async #takeIn(ctx: Context, people: readonly BoardPerson[]): Promise<boolean> {
    const { storage, facts } = this.#parts;
    const wasFrozen = facts.rules.is_frozen;
    const results = wasFrozen ? await this.#resultsOfNew(ctx, people) : [];
    // It may have frozen while this was read.
    if (facts.rules.is_frozen && !wasFrozen) return false;
    const public_url = ctx.config.PUBLIC_URL;
    return storage.transactionSync(() => this.#store(public_url, people, results));
  }

  async #resultsOfNew(ctx: Context, people: readonly BoardPerson[]): Promise<ResultRow[]> {
    const { facts } = this.#parts;
    const user_ids = people.map(({ user_id }) => user_id);
    const known = facts.groupsOf(user_ids);
    const newcomers = user_ids.filter((id) => !known.has(id));
    return await resultsOf(ctx, facts.rules.id, newcomers);
  }

  #store(
    public_url: string,
    people: readonly BoardPerson[],
    results: readonly ResultRow[],
  ): boolean {
    const { facts, groups, standings } = this.#parts;
    const now = facts.now();
    const user_ids = people.map(({ user_id }) => user_id);
    const known = facts.groupsOf(user_ids);
    const taken = people.map(({ user_id, display_name, avatar_key, left_at, ...rule }): Person => {
      const avatar_url = avatarUrl(public_url, avatar_key);
      const group_id = groups.idOf(rule, now);
      return { id: user_id, display_name, avatar_url, group_id, is_in: left_at === null };
    });
    for (const { id, group_id } of taken) {
      const before = known.get(id);
      // By other days their usage falls on other dates: their own object tells all of it anew.
      if (before !== undefined && before !== group_id) facts.days.forget(id);
      standings.refreshName(id);
    }
    const differs = facts.putPeople(taken);
    const newcomers = people.filter(({ user_id }) => !known.has(user_id));
    facts.days.put(newcomers.map(({ user_id, days }) => ({ user_id, days: days ?? [] })));
    const scores = results.map(({ user_id, score, days_reported, days_total }) => {
      return { user_id, score, days_reported, days_total, coverage: days_reported / days_total };
    });
    const moves = facts.rules.is_frozen ? standings.put(scores) : standings.rescore(user_ids, now);
    return differs || moves;
  }
}
