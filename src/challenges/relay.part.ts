import type { Context } from "../platform/context.ts";
import { logFault } from "../platform/log.ts";
import { callObject } from "../platform/objects/call.ts";
import type { DueJobs } from "../platform/objects/due-jobs.ts";
import { close, CloseCode, type Opener, type Sockets } from "../platform/objects/sockets.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { ViewerSeat } from "./board-entry.ts";
import {
  editionFrom,
  frameOf,
  snapshotFrame,
  unchangedFrame,
  type Edition,
  type EditionCopy,
} from "./edition.ts";
import type {
  FollowAnswer,
  FollowQuestion,
  FollowRefusal,
  OwnEntry,
  RelayNews,
} from "./relay-news.ts";

/** What a viewer was told last: a board's version, and their own entry in it as JSON text. */
export type Told = { version: number; me: string };

/** Somebody on their way in, for whom the board is asked: what they are told, and what comes of it. */
type Coming = {
  seat: Opener;
  sockets: number;
  told: Told | null;
  outcome: WebSocket | FollowRefusal | null;
};

type Parts = {
  /** Whose relay this is. */
  place: { challenge_id: string; relay: number };
  sockets: Sockets<Told>;
  /** A context for one piece of work, with a deadline of its own. */
  work: (job: string) => Context;
  /** Has the kind `expiry`, which calls `closeExpired`. */
  jobs: () => DueJobs;
};

/**
 * Viewers of a board that has no room for more: they hear of each change what they would hear there.
 * The board owns all of it. What each viewer was told stands with their socket, the rest is a copy
 * that may be lost: whatever does not follow on what was told is asked for anew, as a whole.
 */
export class Relay {
  readonly #parts: Parts;
  readonly #left = new Set<string>();
  #edition: Edition | null = null;
  #coming: Coming[] = [];
  /** Who the question under way is about; those who come later are in the next one. */
  #asked: Coming[] = [];
  #isWhole = false;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Seats a viewer whom the board sent; gives the client's end of the socket, or why there is none. */
  async enter(seat: ViewerSeat): Promise<WebSocket | FollowRefusal> {
    const { user_id } = seat;
    const ofTheirs = this.#onTheWay.filter((one) => one.seat.user_id === user_id);
    const taken = this.#parts.sockets.of(user_id).length + ofTheirs.length;
    const coming: Coming = { seat, sockets: taken, told: null, outcome: null };
    this.#coming.push(coming);
    await this.#ask();
    return coming.outcome ?? "unavailable";
  }

  /**
   * Tells the viewers of a change; null: all is to be asked for anew. What they have heard already they
   * do not hear again. Gives how many there are or are on their way. Throws where the board does not
   * answer.
   */
  async take(news: RelayNews | null): Promise<number> {
    const viewers = this.#parts.sockets.open();
    if (news) this.#note(news);
    if (viewers.length + this.#onTheWay.length === 0) return 0;
    if (!news || viewers.some((viewer) => this.#told(viewer).version < news.from)) {
      await this.#askWhole();
      return this.#parts.sockets.open().length + this.#onTheWay.length;
    }
    const mes = textsOf(news.mes);
    const frame = frameOf(news.shared);
    const { version } = news.edition;
    for (const viewer of viewers) {
      const seat = this.#parts.sockets.seat(viewer);
      if (seat.version >= version) continue;
      const me = mes.get(seat.user_id) ?? seat.me;
      this.#parts.sockets.send(viewer, frame(me), { version, me });
    }
    return viewers.length + this.#onTheWay.length;
  }

  /** Reads a viewer's frame: after a reconnect they say which version they have. */
  async hear(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const { sockets } = this.#parts;
    const said = sockets.read(socket, message);
    if (said?.["type"] !== "resume") return;
    try {
      const { version } = this.#told(socket);
      if (!this.#edition || version < this.#edition.version) await this.#askWhole();
    } catch (error) {
      // They may ask again; and whatever happens next on the board brings them up to date.
      logFault("board_not_asked", error, { challenge_id: this.#parts.place.challenge_id });
    }
    const edition = this.#edition;
    if (!edition) return;
    const isUpToDate = said["version"] === edition.version;
    const frame = isUpToDate ? unchangedFrame(edition) : snapshotFrame(edition);
    const { me } = this.#told(socket);
    sockets.send(socket, frame(me), { version: edition.version });
  }

  /** A viewer is gone. */
  leave(socket: WebSocket, code: number): void {
    const { sockets } = this.#parts;
    sockets.closed(socket, code);
    const { user_id } = sockets.seat(socket);
    const others = sockets.of(user_id).filter((other) => other !== socket);
    if (others.length === 0) this.#left.add(user_id);
  }

  /** Closes a user's sockets of these sessions, or all, also of those on their way in. */
  end(user_id: string, session_ids: readonly string[] | "all", code: CloseCode): void {
    const isEnded = (session_id: string) =>
      session_ids === "all" || session_ids.includes(session_id);
    const isToken = code === CloseCode.token;
    for (const one of this.#onTheWay) {
      if (one.seat.user_id !== user_id || !isEnded(one.seat.session_id)) continue;
      one.outcome ??= isToken ? "session_ended" : "not_found";
    }
    const reason = isToken ? "session ended" : "not allowed any more";
    this.#parts.sockets.closeUser(user_id, code, reason, isEnded);
  }

  /** Closes the sockets whose token has expired, and plans to do so again when the next one does. */
  closeExpired(now: Instant): void {
    const next = this.#parts.sockets.closeExpired(now);
    if (next !== null) this.#parts.jobs().schedule("expiry", next);
  }

  get #onTheWay(): Coming[] {
    return [...this.#coming, ...this.#asked];
  }

  #told(socket: WebSocket): Told {
    return this.#parts.sockets.seat(socket);
  }

  /** Keeps what a change says of the edition, and of those on their way in. */
  #note({ edition, mes }: Pick<RelayNews, "edition" | "mes">): void {
    if (this.#edition && this.#edition.version > edition.version) return;
    this.#learn(edition);
    const known = textsOf(mes);
    for (const one of this.#asked) {
      const me = known.get(one.seat.user_id);
      if (me !== undefined) one.told = { version: edition.version, me };
    }
  }

  async #askWhole(): Promise<void> {
    this.#isWhole = true;
    await this.#ask();
  }

  /** Asks the board; those who want to know while it is being asked share the next question. */
  async #ask(): Promise<void> {
    this.#next ??= this.#afterRunning();
    await this.#next;
  }

  async #afterRunning(): Promise<void> {
    await this.#running?.catch(() => undefined);
    this.#next = null;
    this.#running = this.#askNow().finally(() => {
      this.#running = null;
      this.#asked = [];
    });
    await this.#running;
  }

  async #askNow(): Promise<void> {
    const { sockets, place } = this.#parts;
    const asked = this.#coming;
    const isWhole = this.#isWhole;
    const left = [...this.#left];
    [this.#coming, this.#asked, this.#isWhole] = [[], asked, false];
    this.#left.clear();
    const viewers = sockets.open().map((socket) => sockets.seat(socket).user_id);
    const users = isWhole ? [...new Set(viewers)] : null;
    const question: FollowQuestion = {
      ...place,
      sockets: sockets.all().length,
      whole: users && users.map((user_id) => ({ user_id, sockets: sockets.of(user_id).length })),
      left,
      newcomers: asked.map(({ seat: { user_id, session_id }, sockets: taken }) => {
        return { user_id, session_id, sockets: taken };
      }),
    };
    const answer = await this.#answerTo(question).catch((error: unknown) => {
      // What this question was to find out the next one must.
      this.#isWhole ||= isWhole;
      for (const user_id of left) this.#left.add(user_id);
      throw error;
    });
    if (answer === "not_found") {
      for (const viewer of sockets.open()) close(viewer, CloseCode.gone, "gone");
      for (const one of asked) one.outcome ??= answer;
      return;
    }
    this.#learn(answer.edition);
    if (isWhole) this.#bringUpToDate(answer);
    const mes = textsOf(answer.mes);
    for (const [at, one] of asked.entries()) {
      one.outcome ??= answer.refusals[at] ?? null;
      const me = mes.get(one.seat.user_id) ?? "null";
      // A change that came meanwhile said so of them where their entry differs.
      if (!one.told || one.told.version <= answer.edition.version) {
        one.told = { version: answer.edition.version, me };
      }
      one.outcome ??= this.#seat(one.seat, one.told.me);
    }
  }

  async #answerTo(question: FollowQuestion): Promise<FollowAnswer | "not_found"> {
    const ctx = this.#parts.work("follow");
    const answer = await callObject(
      ctx,
      ctx.bindings.BOARD,
      question.challenge_id,
      async (board) => await board.follow(question),
    );
    if (answer === "unavailable") throw new Error("the board is not ready");
    return answer;
  }

  #learn(edition: EditionCopy): void {
    if (this.#edition && this.#edition.version > edition.version) return;
    this.#edition = editionFrom(edition);
  }

  /** Shows everybody the board who has an older one, and closes for those who may not watch it any longer. */
  #bringUpToDate({ edition, mes, out, is_gone }: FollowAnswer): void {
    const { sockets } = this.#parts;
    const { version, status } = edition;
    const known = textsOf(mes);
    const code = is_gone ? CloseCode.gone : CloseCode.not_allowed;
    const frame = snapshotFrame(editionFrom(edition), status === "final" ? "final" : "snapshot");
    for (const viewer of sockets.open()) {
      const seat = sockets.seat(viewer);
      if (out.includes(seat.user_id)) close(viewer, code, "not to be watched any more");
      else if (seat.version < version) {
        const me = known.get(seat.user_id) ?? seat.me;
        sockets.send(viewer, frame(me), { version, me });
      }
    }
  }

  #seat(seat: Opener, me: string): WebSocket | FollowRefusal {
    const { sockets, jobs } = this.#parts;
    if (!this.#edition) return "unavailable";
    const accepted = sockets.accept({ ...seat, version: this.#edition.version, me });
    if (!accepted) return "too_many_sockets";
    this.#left.delete(seat.user_id);
    jobs().schedule("expiry", seat.expires_at);
    sockets.send(accepted.socket, snapshotFrame(this.#edition)(me));
    return accepted.client;
  }
}

function textsOf(mes: readonly OwnEntry[]): Map<string, string> {
  return new Map(mes.map(({ user_id, me }) => [user_id, me]));
}
