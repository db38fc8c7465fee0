import { clock } from "../platform/clock.ts";
import type { Context } from "../platform/context.ts";
import { logFault } from "../platform/log.ts";
import { callObject } from "../platform/objects/call.ts";
import type { DueJobs } from "../platform/objects/due-jobs.ts";
import { type CloseCode, MAX_SOCKETS_PER_USER, type Sockets } from "../platform/objects/sockets.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import { copyOf, type Edition, type Frame } from "./edition.ts";
import type { Facts } from "./facts.part.ts";
import {
  relayName,
  type FollowAnswer,
  type FollowQuestion,
  type FollowRefusal,
  type Newcomer,
  type OwnEntry,
  type RelayNews,
} from "./relay-news.ts";

const RELAYS = "relays";
/** How soon a relay is told again that was not reached. */
const AGAIN_MS = 2 * SECOND_MS;
/** A relay so many changes behind is told the whole instead: about a second of a busy board. */
const MOST_BEHIND = 4;

/** Somebody at a relay: what they were told of themselves, and how many sockets they had when it asked last. */
type Guest = { me: string; sockets: number };

/** A relay as its board knows it. */
type Station = {
  n: number;
  /** Who sits there; null where that is not known (any more). */
  users: Map<string, Guest> | null;
  sockets: number;
  /** Questions so far: what the relay said before the last one is out of date. */
  questions: number;
  /** What it is to be told, in order; null has it ask for the whole. */
  queue: (RelayNews | null)[];
  isBusy: boolean;
};

type Parts = {
  storage: DurableObjectStorage;
  sockets: Sockets;
  facts: Facts;
  work: (job: string) => Context;
  /** How many sockets one object holds. */
  capacity: () => number;
  waitUntil: (work: Promise<unknown>) => void;
  /** Has the kind `feed`, which calls `feed`. */
  jobs: () => DueJobs;
};

/** What a board says of itself while a relay asks. */
type Standing = {
  edition: Edition;
  /** Somebody's own entry as JSON text, `null` for none. */
  meOf: (user_id: string) => string;
  mayWatch: (user_id: string) => boolean;
  isEnded: (session_id: string) => boolean;
};

/**
 * The relays of a board: each holds as many viewers as the board itself, and is told of every change by
 * one call. Which there are stands in storage; all else is asked for anew when it is lost.
 */
export class Relays {
  readonly #parts: Parts;
  readonly #stations = new Map<number, Station>();

  constructor(parts: Parts) {
    this.#parts = parts;
    for (const n of parts.storage.kv.get<number[]>(RELAYS) ?? []) this.#open(n);
  }

  /** Whether anybody sits at a relay. */
  get areThere(): boolean {
    return this.#stations.size > 0;
  }

  /** Finds a place for a viewer: the number of a relay, or null at the board itself. */
  async placeFor(user_id: string): Promise<number | null> {
    await this.#getToKnow();
    const capacity = this.#parts.capacity();
    const stations = [...this.#stations.values()];
    const theirs = stations.find(({ users, sockets }) => sockets < capacity && users?.has(user_id));
    // All of theirs at one place, where they can be counted.
    if (theirs) return theirs.n;
    if (this.#parts.sockets.all().length < capacity) return null;
    let n = 0;
    while ((this.#stations.get(n)?.sockets ?? 0) >= capacity) n += 1;
    return n;
  }

  /** How many sockets a user has at the relays, as far as these have said; one of them can be left out. */
  socketsOf(user_id: string, except?: Station): number {
    let sum = 0;
    for (const station of this.#stations.values()) {
      if (station !== except) sum += station.users?.get(user_id)?.sockets ?? 0;
    }
    return sum;
  }

  /** Answers a relay: who of those that come may sit there, and how the board stands. */
  follow(question: FollowQuestion, standing: Standing): FollowAnswer {
    const station = this.#stations.get(question.relay) ?? this.#openFor(question);
    station.questions += 1;
    station.sockets = question.sockets;
    const mes: OwnEntry[] = [];
    const out: string[] = [];
    const seat = (user_id: string, sockets: number) => {
      const me = standing.meOf(user_id);
      station.users?.set(user_id, { me, sockets });
      mes.push({ user_id, me });
    };
    if (question.whole) {
      station.users = new Map();
      for (const { user_id, sockets } of question.whole) {
        if (standing.mayWatch(user_id)) seat(user_id, sockets);
        else out.push(user_id);
      }
    }
    for (const user_id of question.left) station.users?.delete(user_id);
    const refusals = question.newcomers.map((newcomer) => {
      const refusal = this.#refusalOf(newcomer, station, standing);
      if (refusal !== null) return refusal;
      station.sockets += 1;
      seat(newcomer.user_id, newcomer.sockets + 1);
      return null;
    });
    const is_gone = this.#parts.facts.rules.status === "cancelled";
    return { edition: copyOf(standing.edition), mes, refusals, out, is_gone };
  }

  /** Tells every relay of the change that led from a version to an edition. */
  tell(from: number, edition: Edition, { shared }: Frame, meOf: Standing["meOf"]): void {
    if (!this.areThere) return;
    const copy = copyOf(edition);
    for (const station of this.#stations.values()) {
      const mes: OwnEntry[] = [];
      for (const [user_id, guest] of station.users ?? []) {
        const me = meOf(user_id);
        if (me === guest.me) continue;
        guest.me = me;
        mes.push({ user_id, me });
      }
      station.queue.push({ from, edition: copy, shared, mes });
      if (station.queue.length > MOST_BEHIND) station.users = null;
    }
    this.feed();
  }

  /** Has everybody's right to watch looked at anew. */
  review(): void {
    for (const { queue } of this.#stations.values()) queue.push(null);
    this.feed();
  }

  /** Closes a user's sockets at the relays: of these sessions, or all. Throws where one is not reached. */
  async end(
    user_id: string,
    session_ids: readonly string[] | "all",
    code: CloseCode,
  ): Promise<void> {
    const theirs = [...this.#stations.values()].filter(
      ({ users }) => users === null || users.has(user_id),
    );
    const ids = session_ids === "all" ? session_ids : [...session_ids];
    const calls = theirs.map(async ({ n }) => {
      const ctx = this.#parts.work("end");
      const name = relayName(this.#parts.facts.rules.id, n);
      await callObject(ctx, ctx.bindings.RELAY, name, async (relay) => {
        await relay.endViewing(user_id, ids, code);
      });
    });
    await Promise.all(calls);
  }

  /** Tells the relays what they have not been told, and looks after it until they have. */
  feed(): void {
    const { waitUntil, jobs } = this.#parts;
    const waiting = [...this.#stations.values()].filter(isBehind);
    if (waiting.length === 0) return;
    // A crash must not swallow a change: the alarm tells it then.
    jobs().schedule("feed", clock.now() + AGAIN_MS);
    for (const station of waiting) {
      if (!station.isBusy) waitUntil(this.#serve(station));
    }
  }

  /** Asks the relays who sits there, where that was lost with a sleep; none that is not reached is waited for. */
  async #getToKnow(): Promise<void> {
    const strangers = [...this.#stations.values()].filter(({ users }) => users === null);
    await Promise.all(strangers.map(async (station) => await this.#serve(station)));
  }

  /** Tells one relay all that waits for it, in order. */
  async #serve(station: Station): Promise<void> {
    if (station.isBusy) return;
    station.isBusy = true;
    try {
      while (isBehind(station)) await this.#tellNext(station);
    } catch (error) {
      const { id } = this.#parts.facts.rules;
      logFault("relay_not_told", error, { challenge_id: id, relay: station.n });
      // Whether it heard is not known.
      station.users = null;
    } finally {
      station.isBusy = false;
    }
    if (![...this.#stations.values()].some(isBehind)) this.#parts.jobs().cancel("feed");
  }

  async #tellNext(station: Station): Promise<void> {
    const { work, facts } = this.#parts;
    if (station.users === null) station.queue = [null];
    const news = station.queue.shift() ?? null;
    const asked = station.questions;
    const ctx = work("feed");
    const name = relayName(facts.rules.id, station.n);
    const viewers = await callObject(
      ctx,
      ctx.bindings.RELAY,
      name,
      async (relay) => await relay.take(news),
    );
    if (station.questions === asked && viewers === 0) this.#close(station);
    else if (station.users === null && station.questions === asked)
      throw new Error("a relay has viewers and does not say who");
  }

  #refusalOf(
    { user_id, session_id, sockets }: Newcomer,
    station: Station,
    { mayWatch, isEnded }: Standing,
  ): FollowRefusal | null {
    if (!mayWatch(user_id)) return "not_found";
    if (isEnded(session_id)) return "session_ended";
    const others = this.#parts.sockets.of(user_id).length + this.socketsOf(user_id, station);
    if (sockets + others >= MAX_SOCKETS_PER_USER) return "too_many_sockets";
    return station.sockets >= this.#parts.capacity() ? "full" : null;
  }

  #open(n: number): Station {
    const station = { n, users: null, sockets: 0, questions: 0, queue: [], isBusy: false };
    this.#stations.set(n, station);
    return station;
  }

  /** A relay that the board does not know: it is new, or was empty when it was heard of last. */
  #openFor({ relay, sockets }: FollowQuestion): Station {
    const station = this.#open(relay);
    if (sockets === 0) station.users = new Map();
    this.#keepList();
    return station;
  }

  #close(station: Station): void {
    station.queue = [];
    station.users = new Map();
    this.#stations.delete(station.n);
    this.#keepList();
  }

  #keepList(): void {
    const { kv } = this.#parts.storage;
    const known = kv.get<number[]>(RELAYS) ?? [];
    const numbers = [...this.#stations.keys()].sort((a, b) => a - b);
    if (JSON.stringify(known) !== JSON.stringify(numbers)) kv.put(RELAYS, numbers);
  }
}

function isBehind({ users, queue }: Station): boolean {
  return users === null || queue.length > 0;
}
