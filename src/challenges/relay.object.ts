import { DurableObject } from "cloudflare:workers";
import { objectContext } from "../platform/context.ts";
import { DueJobs } from "../platform/objects/due-jobs.ts";
import { sendSoon } from "../platform/metrics/send.ts";
import { Sockets, type CloseCode } from "../platform/objects/sockets.ts";
import { SEAT_HEADER } from "./board.client.ts";
import type { ViewerSeat } from "./board-entry.ts";
import { readRelayName, type RelayNews } from "./relay-news.ts";
import { Relay, type Told } from "./relay.part.ts";

/**
 * The Durable Object of some of a board's viewers, where the board has too many for one, named by the
 * board and a number. It owns nothing but their sockets.
 */
export class RelayObject extends DurableObject<Env> {
  readonly #relay: Relay;
  readonly #jobs: DueJobs;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#relay = new Relay({
      place: readRelayName(ctx.id.name),
      sockets: new Sockets<Told>(ctx, "relay"),
      work: (job) => objectContext(env, ctx, `relay.${job}`),
      jobs: () => this.#jobs,
    });
    this.#jobs = new DueJobs(ctx.storage, {
      expiry: (_key, now) => this.#relay.closeExpired(now),
    });
  }

  /** Answers, and does nothing: whether objects of this class can be reached. */
  async ping(): Promise<true> {
    return true;
  }

  override async alarm(): Promise<void> {
    await this.#jobs.run();
  }

  /** Tells the viewers of a change, or asks for all of it anew; gives how many there are. Repeatable. */
  async take(news: RelayNews | null): Promise<number> {
    return await this.#relay.take(news);
  }

  /** Closes a user's sockets here: of these sessions, or all of them. Repeatable. */
  endViewing(user_id: string, session_ids: string[] | "all", code: CloseCode): void {
    this.#relay.end(user_id, session_ids, code);
  }

  /** Opens a viewer's socket; the Worker builds this request and says in its header who it is. */
  override async fetch(request: Request): Promise<Response> {
    const seat = JSON.parse(request.headers.get(SEAT_HEADER) ?? "{}") as ViewerSeat;
    const { user_id, session_id, expires_at } = seat;
    const socket = await this.#relay.enter({ user_id, session_id, expires_at });
    if (typeof socket === "string") return Response.json({ refusal: socket }, { status: 409 });
    this.#sendMetrics();
    return new Response(null, { status: 101, webSocket: socket });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    await this.#relay.hear(socket, message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#relay.leave(socket, code);
    this.#sendMetrics();
  }

  #sendMetrics(): void {
    sendSoon({ env: this.env, waitUntil: (work) => this.ctx.waitUntil(work) });
  }
}
