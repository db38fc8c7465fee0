import { DurableObject } from "cloudflare:workers";
import { objectContext } from "../platform/context.ts";
import { logFault } from "../platform/log.ts";
import { sendSoon } from "../platform/metrics/send.ts";
import type { CloseCode } from "../platform/objects/sockets.ts";
import type { Instant } from "../platform/time/instant.ts";
import type {
  BoardPage,
  BoardQuestion,
  BoardRefusal,
  ErasedPlace,
  Report,
  ReportAnswer,
  ViewerSeat,
} from "./board-entry.ts";
import { Board } from "./board.part.ts";
import { SEAT_HEADER } from "./board.client.ts";
import { findChallenge } from "./challenges.store.ts";
import { mailCancelled } from "./ending.service.ts";
import { Facts } from "./facts.part.ts";
import type { Challenge } from "./lifecycle.ts";
import type { FollowAnswer, FollowQuestion } from "./relay-news.ts";
import { mailResults, turnStatus } from "./turning.service.ts";

/** How long a caller waits for an empty board to be filled; a large one goes on without them. */
const FILL_PATIENCE_MS = 3_000;

/** Why there is no board to work with. */
type NoBoard = "not_found" | "unavailable";

/**
 * The Durable Object of one challenge, named by its id: the live board. All it holds is copied from
 * MySQL and from the users' objects; a challenge that is not there leaves nothing behind.
 */
export class BoardObject extends DurableObject<Env> {
  #board: Board | null = null;
  #filling: Promise<Board | NoBoard> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (Facts.areIn(ctx.storage)) this.#board = this.#open();
  }

  /** Answers, and does nothing: whether objects of this class can be reached. */
  async ping(): Promise<true> {
    return true;
  }

  override async alarm(): Promise<void> {
    this.#board?.live.recollect();
    await this.#board?.jobs.run();
    this.#sendMetrics();
  }

  /** Takes in what a user's object counted; absolute, so that it may be told twice or late. */
  async report(report: Report): Promise<ReportAnswer> {
    const board = await this.#ready(report.challenge_id);
    if (board === "not_found") return "unknown";
    return typeof board === "string" ? board : await board.take(report);
  }

  /**
   * Reads the challenge and these people anew from MySQL: somebody joined, left or was changed. Says
   * whether the board is up to date; where it is not, it will be by itself. Repeatable.
   */
  async refresh(challenge_id: string, user_ids: string[]): Promise<boolean> {
    const board = await this.#ready(challenge_id);
    return typeof board !== "string" && (await board.refresh(user_ids));
  }

  /** Reads somebody anew a little later, whether or not anybody says that they changed; says whether it will. */
  async expect(challenge_id: string, user_id: string): Promise<boolean> {
    const board = await this.#ready(challenge_id);
    if (typeof board === "string") return board === "not_found";
    board.expect(user_id);
    return true;
  }

  /** Forgets an erased person; says whether their place is kept under the pseudonym. Repeatable. */
  async erase(challenge_id: string, user_id: string, pseudonym: string): Promise<ErasedPlace> {
    const board = await this.#ready(challenge_id);
    if (board === "not_found") return "gone";
    return typeof board === "string" ? board : board.erase(user_id, pseudonym);
  }

  /** A part of the board, without MySQL. */
  async page(question: BoardQuestion): Promise<BoardPage | BoardRefusal> {
    const board = await this.#ready(question.challenge_id);
    return typeof board === "string" ? board : board.page(question);
  }

  /** Does the turns that are due at the trigger's instant; says whether all went well. Repeatable. */
  async turn(challenge_id: string, now: Instant): Promise<boolean> {
    const board = await this.#ready(challenge_id);
    if (typeof board === "string") return board === "not_found";
    try {
      await board.turn(now);
      return true;
    } catch (error) {
      logFault("board_not_turned", error, { challenge_id });
      return false;
    }
  }

  /** Answers a relay of this board: how it stands, and who may watch it there. */
  async follow(question: FollowQuestion): Promise<FollowAnswer | NoBoard> {
    const board = await this.#ready(question.challenge_id);
    return typeof board === "string" ? board : board.follow(question);
  }

  /**
   * Closes a user's sockets on this board and its relays: of these sessions, or all of them. Repeatable;
   * throws where a relay was not reached.
   */
  async endViewing(user_id: string, session_ids: string[] | "all", code: CloseCode): Promise<void> {
    if (!this.#board) return;
    this.#board.live.recollect();
    await this.#board.live.end(user_id, session_ids, code);
  }

  /** Opens a viewer's socket; the Worker builds this request and says in its header who it is. */
  override async fetch(request: Request): Promise<Response> {
    const { challenge_id, ...seat } = JSON.parse(
      request.headers.get(SEAT_HEADER) ?? "{}",
    ) as ViewerSeat & { challenge_id: string };
    const board = await this.#ready(challenge_id);
    const seating = typeof board === "string" ? board : await board.enter(seat);
    if (typeof seating === "string") return Response.json({ refusal: seating }, { status: 409 });
    if ("relay" in seating) return Response.json(seating, { status: 409 });
    this.#sendMetrics();
    return new Response(null, { status: 101, webSocket: seating });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#board?.live.hear(socket, message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#board?.live.closed(socket, code);
    this.#sendMetrics();
  }

  /** The board, filled; or why there is none to work with yet. */
  async #ready(challenge_id: string): Promise<Board | NoBoard> {
    if (this.#board?.membership.isFilled) {
      this.#board.live.recollect();
      return this.#board;
    }
    this.#filling ??= this.#fill(challenge_id).finally(() => {
      this.#filling = null;
    });
    return await withPatience(this.#filling, FILL_PATIENCE_MS, "unavailable");
  }

  async #fill(challenge_id: string): Promise<Board | NoBoard> {
    try {
      if (!this.#board) {
        const challenge = await findChallenge(this.#work("open"), challenge_id);
        if (!challenge) return "not_found";
        this.#board = this.#open(challenge);
      }
      await this.#board.fill();
      return this.#board;
    } catch (error) {
      logFault("board_not_filled", error, { challenge_id });
      return "unavailable";
    }
  }

  #open(challenge?: Challenge): Board {
    const work = (job: string) => this.#work(job);
    return new Board(
      { state: this.ctx, work, steps: { turnStatus, mailResults, mailCancelled } },
      challenge,
    );
  }

  #sendMetrics(): void {
    sendSoon({ env: this.env, waitUntil: (work) => this.ctx.waitUntil(work) });
  }

  #work(job: string) {
    return objectContext(this.env, this.ctx, `board.${job}`);
  }
}

async function withPatience<T>(work: Promise<T>, patience_ms: number, otherwise: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), patience_ms);
  });
  try {
    return await Promise.race([work, patience]);
  } finally {
    clearTimeout(timer);
  }
}
