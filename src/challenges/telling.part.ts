import { clock } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import type { DueJobs } from "../platform/objects/due-jobs.ts";
import { tellOfChallenge } from "../users/index.ts";
import type { Facts } from "./facts.part.ts";

/** How many people's objects are told in one go, and how many of them at once. */
const PAGE = 200;
const AT_ONCE = 10;
const TELLING = "telling";

/** A way through all people of a board: which change they are told of, and how far it has come. */
type Round = { version: number; done_until: string; counts_otherwise: boolean };

type Parts = {
  storage: DurableObjectStorage;
  facts: Facts;
  /** A context for one piece of work, with a deadline of its own. */
  work: (job: string) => Context;
  /** Has the kind `tell`, which calls `tell`. */
  jobs: () => DueJobs;
};

/**
 * Tells the objects of all who take part that the challenge has turned, or counts otherwise now; their
 * phones hear of its status. Nobody
 * waits for it, since they may be many: it goes on where it stopped, and begins anew with a newer change.
 */
export class Telling {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Has everybody told of the challenge as it stands now; `counts_otherwise` has their objects read it anew. */
  begin(counts_otherwise: boolean): void {
    const { storage, facts, jobs } = this.#parts;
    const unfinished = storage.kv.get<Round>(TELLING)?.counts_otherwise ?? false;
    storage.kv.put<Round>(TELLING, {
      version: facts.rules.version,
      done_until: "",
      counts_otherwise: counts_otherwise || unfinished,
    });
    jobs().schedule("tell", clock.now());
  }

  /** Tells a page of people, and has itself called for the next one. Throws where somebody cannot be told. */
  async tell(): Promise<void> {
    const { storage, facts, work, jobs } = this.#parts;
    const round = storage.kv.get<Round>(TELLING);
    if (!round) return;
    const people = facts.peopleAfter(round.done_until, PAGE);
    const ctx = work("tell");
    for (let from = 0; from < people.length; from += AT_ONCE) {
      const some = people.slice(from, from + AT_ONCE);
      const { id, status } = facts.rules;
      const news = { id, status, counts_otherwise: round.counts_otherwise };
      await Promise.all(some.map(async (user_id) => await tellOfChallenge(ctx, user_id, news)));
    }
    const isLatest = storage.kv.get<Round>(TELLING)?.version === round.version;
    if (isLatest && people.length < PAGE) {
      storage.kv.delete(TELLING);
      return;
    }
    const done_until = people.at(-1) ?? round.done_until;
    if (isLatest) storage.kv.put<Round>(TELLING, { ...round, done_until });
    jobs().schedule("tell", clock.now());
  }
}
