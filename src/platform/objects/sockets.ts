import { clock } from "../clock.ts";
import { noteClosed, noteOpened, type SocketHolder } from "./socket-census.ts";
import type { Instant } from "../time/instant.ts";

/** Why a socket is closed, as the wire contract numbers it. */
export const CloseCode = {
  token: 4401,
  not_allowed: 4403,
  gone: 4404,
  too_slow: 4408,
  too_many: 4429,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** What a socket keeps through hibernation. */
export type Seat = {
  user_id: string;
  session_id: string;
  /** The instant its access token expires. */
  expires_at: Instant;
  /** Start of the current window of inbound frames, and how many came in it. */
  window_at: Instant;
  frames: number;
};

export const MAX_SOCKETS_PER_USER = 5;
/** More than this unread, in bytes, and a reader is too slow to follow. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const MAX_FRAME_BYTES = 1_024;
const MAX_FRAMES = 20;
const FRAME_WINDOW_MS = 10_000;

/** The hibernating sockets of one object: who sits on them, and the rules of the house. */
export class Sockets {
  private readonly state: DurableObjectState;
  private readonly holder: SocketHolder;

  constructor(state: DurableObjectState, holder: SocketHolder) {
    this.state = state;
    this.holder = holder;
    // Answered by the platform without waking the object.
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Seats a new socket; gives the client's end and ours, or null where the user has too many. */
  accept(
    seat: Omit<Seat, "window_at" | "frames">,
  ): { client: WebSocket; socket: WebSocket } | null {
    if (this.of(seat.user_id).length >= MAX_SOCKETS_PER_USER) return null;
    const [client, socket] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    this.state.acceptWebSocket(socket, [seat.user_id]);
    socket.serializeAttachment({ ...seat, window_at: 0, frames: 0 } satisfies Seat);
    noteOpened(this.holder, seat.expires_at);
    return { client, socket };
  }

  /** Takes a close that came in: answers it, or the other end would wait for us, and counts it. */
  closed(socket: WebSocket, code: number): void {
    answerClose(socket, code);
    noteClosed(this.holder, this.seat(socket).expires_at, code);
  }

  all(): WebSocket[] {
    return this.state.getWebSockets();
  }

  of(user_id: string): WebSocket[] {
    return this.state.getWebSockets(user_id);
  }

  seat(socket: WebSocket): Seat {
    return socket.deserializeAttachment() as Seat;
  }

  /** The earliest instant at which a seat's token expires, or null where nobody sits. */
  nextExpiry(): Instant | null {
    let next: Instant | null = null;
    for (const socket of this.all())
      next = Math.min(next ?? Infinity, this.seat(socket).expires_at);
    return next;
  }

  /** Closes every socket whose token has expired at `now`. */
  closeExpired(now: Instant): void {
    for (const socket of this.all()) {
      if (this.seat(socket).expires_at <= now) close(socket, CloseCode.token, "token expired");
    }
  }

  /** Closes a user's sockets, all of them or those of the sessions for which `ended` holds. */
  closeUser(
    user_id: string,
    code: CloseCode,
    reason: string,
    ended: (session_id: string) => boolean = () => true,
  ): void {
    for (const socket of this.of(user_id)) {
      if (ended(this.seat(socket).session_id)) close(socket, code, reason);
    }
  }

  /** Counts an inbound frame and reads it; gives null where it was refused (and the socket closed) or is no JSON object. */
  read(socket: WebSocket, frame: string | ArrayBuffer): Record<string, unknown> | null {
    const seat = this.seat(socket);
    const now = clock.now();
    const fresh = now - seat.window_at >= FRAME_WINDOW_MS;
    const counted: Seat = {
      ...seat,
      window_at: fresh ? now : seat.window_at,
      frames: fresh ? 1 : seat.frames + 1,
    };
    socket.serializeAttachment(counted);
    const size =
      typeof frame === "string" ? new TextEncoder().encode(frame).length : frame.byteLength;
    if (counted.frames > MAX_FRAMES || size > MAX_FRAME_BYTES) {
      close(socket, CloseCode.too_many, "too many or too large messages");
      return null;
    }
    return typeof frame === "string" ? parseObject(frame) : null;
  }
}

/** Sends a frame; closes a reader who has fallen too far behind. A socket that is already gone is no fault. */
export function send(socket: WebSocket, frame: string): void {
  // Not every runtime counts what is unread; where none does, a send that throws closes the socket.
  const unread = (socket as { bufferedAmount?: number }).bufferedAmount ?? 0;
  if (unread > MAX_UNREAD_BYTES) {
    close(socket, CloseCode.too_slow, "too slow");
    return;
  }
  try {
    socket.send(frame);
  } catch {
    close(socket, CloseCode.gone, "gone");
  }
}

/** Closes a socket; one that is already closed is no fault. */
export function close(socket: WebSocket, code: CloseCode, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // Closed by the other end in the meantime: what was wanted.
  }
}

/** Codes such as 1005 and 1006 only say that there was none: they cannot be sent. */
function answerClose(socket: WebSocket, code: number): void {
  try {
    if (code === 1000 || code >= 3000) socket.close(code);
    else socket.close();
  } catch {
    // Answered already: by the runtime, or because it was us who closed.
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value }
      : null;
  } catch {
    return null;
  }
}
