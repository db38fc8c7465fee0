import { clock, stopwatch } from "../platform/clock.ts";
import type { DueJobs } from "../platform/objects/due-jobs.ts";
import {
  close,
  CloseCode,
  MAX_SOCKETS_PER_USER,
  type Sockets,
} from "../platform/objects/sockets.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { TOP, type Seating, type ViewerSeat } from "./board-entry.ts";
import {
  changesFrame,
  editionOf,
  snapshotFrame,
  unchangedFrame,
  type Edition,
  type Frame,
} from "./edition.ts";
import type { Facts } from "./facts.part.ts";
import { Pacer } from "./pacer.ts";
import type { FollowAnswer, FollowQuestion } from "./relay-news.ts";
import type { Relays } from "./relays.part.ts";
import type { Standings } from "./standings.part.ts";

/** How long an ended session is remembered, so that a socket on its way in finds the door closed. */
const ENDED_KEPT_MS = 60 * SECOND_MS;
const VERSION = "version";
const UNTOLD = "untold";

type Parts = {
  storage: DurableObjectStorage;
  sockets: Sockets;
  relays: Relays;
  facts: Facts;
  standings: Standings;
  /** Has the kinds `broadcast` and `expiry`, which call `publish` and `closeExpired`. */
  jobs: () => DueJobs;
};

/**
 * What a board's viewers see, and when. A change goes out at once, those right behind it together
 * within 250 ms; each broadcast is one version, and every viewer gets every version.
 */
export class Live {
  readonly #parts: Parts;
  readonly #pacer = new Pacer();
  readonly #ended = new Map<string, Instant>();
  /** What the viewers were told last; null where nobody watches, or it was lost with a crash. */
  #edition: Edition | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The version told last. */
  get version(): number {
    return this.#parts.storage.kv.get<number>(VERSION) ?? 0;
  }

  /**
   * Call this before anything changes on a board that has just woken: then, and only then, the board
   * still stands as it was told last.
   */
  recollect(): void {
    if (this.#edition || this.#parts.storage.kv.get(UNTOLD) || !this.#isWatched) return;
    this.#edition = this.#compose();
  }

  /** Something on the board has changed: tells the viewers, now or soon. */
  touch(): void {
    if (this.#timer !== null) return;
    const wait_ms = this.#pacer.wait(stopwatch());
    if (wait_ms === 0) {
      this.publish();
      return;
    }
    if (this.#isWatched) {
      // A crash must not swallow the change: what was left untold is told by the alarm.
      this.#parts.storage.kv.put(UNTOLD, true);
      this.#parts.jobs().schedule("broadcast", clock.now() + SECOND_MS);
    }
    this.#timer = setTimeout(() => this.publish(), wait_ms);
  }

  /** Tells every viewer what has changed since they were told last. */
  publish(): void {
    const { storage, sockets, relays, jobs } = this.#parts;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (storage.kv.delete(UNTOLD)) jobs().cancel("broadcast");
    const before = this.version;
    storage.kv.put(VERSION, before + 1);
    this.#pacer.told(stopwatch());
    const from = this.#edition;
    this.#edition = this.#isWatched ? this.#compose() : null;
    if (!this.#edition) return;
    const frame = this.#frameBetween(from, this.#edition);
    for (const viewer of sockets.open()) this.#send(viewer, frame);
    relays.tell(before, this.#edition, frame, (user_id) => this.#meOf(user_id));
  }

  /**
   * Seats a viewer and shows them the board; gives the client's end of the socket, the relay that has
   * room where the board has none, or why there is no seat.
   */
  async enter(seat: ViewerSeat): Promise<Seating> {
    const { sockets, relays, jobs } = this.#parts;
    const { user_id, session_id, expires_at } = seat;
    const relay = await relays.placeFor(user_id);
    if (this.#isEnded(session_id)) return "session_ended";
    if (relay !== null) return { relay };
    const taken = sockets.of(user_id).length + relays.socketsOf(user_id);
    const edition = this.#current();
    const accepted = taken < MAX_SOCKETS_PER_USER ? sockets.accept(seat) : null;
    if (!accepted) return "too_many_sockets";
    jobs().schedule("expiry", expires_at);
    this.#send(accepted.socket, snapshotFrame(edition));
    return accepted.client;
  }

  /** Answers a relay: how the board stands, and who may watch it there. */
  follow(question: FollowQuestion, mayWatch: (user_id: string) => boolean): FollowAnswer {
    return this.#parts.relays.follow(question, {
      edition: this.#current(),
      meOf: (user_id) => this.#meOf(user_id),
      mayWatch,
      isEnded: (session_id) => this.#isEnded(session_id),
    });
  }

  /** Reads a viewer's frame: after a reconnect they say which version they have. */
  hear(socket: WebSocket, message: string | ArrayBuffer): void {
    const said = this.#parts.sockets.read(socket, message);
    if (said?.["type"] !== "resume") return;
    const edition = this.#current();
    const isUpToDate = said["version"] === edition.version;
    this.#send(socket, isUpToDate ? unchangedFrame(edition) : snapshotFrame(edition));
  }

  /** Takes a close that came in. */
  closed(socket: WebSocket, code: number): void {
    this.#parts.sockets.closed(socket, code);
  }

  /**
   * Closes a user's sockets of these sessions, or all; those sessions find the door closed from here on.
   * Throws where a relay is not reached; the board's own are closed all the same.
   */
  async end(
    user_id: string,
    session_ids: readonly string[] | "all",
    code: CloseCode,
  ): Promise<void> {
    const now = clock.now();
    for (const [session_id, ended_at] of this.#ended) {
      if (ended_at <= now - ENDED_KEPT_MS) this.#ended.delete(session_id);
    }
    if (session_ids !== "all") for (const id of session_ids) this.#ended.set(id, now);
    const reason = code === CloseCode.token ? "session ended" : "not allowed any more";
    this.#parts.sockets.closeUser(
      user_id,
      code,
      reason,
      (session_id) => session_ids === "all" || session_ids.includes(session_id),
    );
    await this.#parts.relays.end(user_id, session_ids, code);
  }

  /**
   * Closes the sockets of everybody for whom `ends` holds, at the relays of all who may not watch any
   * longer; whoever may still come in finds the door open.
   */
  endWhere(ends: (user_id: string) => boolean, code: CloseCode, reason: string): void {
    const { sockets, relays } = this.#parts;
    for (const socket of sockets.open()) {
      if (ends(sockets.seat(socket).user_id)) close(socket, code, reason);
    }
    relays.review();
  }

  /** Closes the sockets whose token has expired, and plans to do so again when the next one does. */
  closeExpired(now: Instant): void {
    const { sockets, jobs } = this.#parts;
    const next = sockets.closeExpired(now);
    if (next !== null) jobs().schedule("expiry", next);
  }

  #frameBetween(from: Edition | null, to: Edition): Frame {
    if (to.status === "final" && from?.status !== "final") return snapshotFrame(to, "final");
    const changes = from && changesFrame(from, to, (user_id) => this.#entryText(user_id));
    return changes ?? snapshotFrame(to);
  }

  /** The edition that viewers follow, made where there is none yet. */
  #current(): Edition {
    this.recollect();
    // Whoever comes first is told at once what waits to be told; so are all whose edition was lost.
    const isLost = !this.#edition && this.#isWatched;
    if (isLost || (!this.#edition && this.#timer !== null)) this.publish();
    return (this.#edition ??= this.#compose());
  }

  #compose(): Edition {
    const { facts, standings } = this.#parts;
    return editionOf(this.version, facts.rules.status, standings.size, standings.page(0, TOP));
  }

  #entryText(user_id: string): string | null {
    const entry = this.#parts.standings.entry(user_id);
    return entry && JSON.stringify(entry);
  }

  /** Somebody's own entry as viewers see it, as JSON text. */
  #meOf(user_id: string): string {
    return this.#edition?.entries.get(user_id) ?? this.#entryText(user_id) ?? "null";
  }

  #send(socket: WebSocket, frame: Frame): void {
    const { sockets } = this.#parts;
    sockets.send(socket, frame(this.#meOf(sockets.seat(socket).user_id)));
  }

  get #isWatched(): boolean {
    return this.#parts.relays.areThere || this.#parts.sockets.all().length > 0;
  }

  #isEnded(session_id: string): boolean {
    return (this.#ended.get(session_id) ?? 0) > clock.now() - ENDED_KEPT_MS;
  }
}
