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

/** Who asks for a socket. */
export type Opener = {
  user_id: string;
  session_id: string;
  /** The instant its access token expires. */
  expires_at: Instant;
};

/** What a socket keeps through hibernation. */
export type Seat = Opener & {
  /** Start of the current window of inbound frames, and how many came in it. */
  window_at: Instant;
  frames: number;
  /** Bytes sent since the reader gave the last sign of reading, and when that was, by the platform's clock. */
  unread: number;
  read_at: Instant;
};

export const MAX_SOCKETS_PER_USER = 5;
/** More than this unread, in bytes, and a reader is too slow to follow. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const MAX_FRAME_BYTES = 1_024;
const MAX_FRAMES = 20;
const FRAME_WINDOW_MS = 10_000;
const NEW_SEAT = { window_at: 0, frames: 0, unread: 0, read_at: 0 };

/**
 * The hibernating sockets of one object: who sits on them, and the rules of the house. A seat can keep
 * `More` about its reader.
 *
 * Who has stopped reading must go: the platform keeps for them all that is sent, without end and
 * without saying so. The one sign it gives of a reader is their last `ping` that it answered. It reads
 * no further while an answer cannot be written, so whoever pings but does not read has no fresh one.
 */
export class Sockets<More extends object = object> {
  private readonly state: DurableObjectState;
  private readonly holder: SocketHolder;

  constructor(state: DurableObjectState, holder: SocketHolder) {
    this.state = state;
    this.holder = holder;
    // Answered by the platform without waking the object.
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Seats a new socket; gives the client's end and ours, or null where the user has too many. */
  accept(opener: Opener & More): { client: WebSocket; socket: WebSocket } | null {
    // One that we have closed counts until its other end is gone: so long it costs memory.
    if (this.of(opener.user_id).length >= MAX_SOCKETS_PER_USER) return null;
    const [client, socket] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    this.state.acceptWebSocket(socket, [opener.user_id]);
    this.keep(socket, { ...NEW_SEAT, ...opener });
    noteOpened(this.holder, opener.expires_at);
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

  /** Those that can still be told something; `all` are also those whose other end is not gone yet. */
  open(): WebSocket[] {
    return this.all().filter(({ readyState }) => readyState === WebSocket.READY_STATE_OPEN);
  }

  of(user_id: string): WebSocket[] {
    return this.state.getWebSockets(user_id);
  }

  seat(socket: WebSocket): Seat & More {
    return socket.deserializeAttachment() as Seat & More;
  }

  /**
   * Sends a frame, and keeps `more` of its reader; closes one who has fallen too far behind. A socket
   * that is already gone is no fault.
   */
  send(socket: WebSocket, frame: string, more: Partial<More> = {}): void {
    if (socket.readyState !== WebSocket.READY_STATE_OPEN) return;
    const seat = this.seat(socket);
    const read_at = this.state.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    const counted = read_at > seat.read_at ? 0 : seat.unread;
    // Where a runtime counts by itself, it knows better.
    const unread = (socket as { bufferedAmount?: number }).bufferedAmount ?? counted;
    if (unread > MAX_UNREAD_BYTES) {
      close(socket, CloseCode.too_slow, "too slow: more than 1 MiB since the last ping");
      return;
    }
    this.keep(socket, { ...seat, ...more, read_at, unread: counted + Buffer.byteLength(frame) });
    try {
      socket.send(frame);
    } catch {
      close(socket, CloseCode.gone, "gone");
    }
  }

  /** Closes every socket whose token has expired at `now`; gives the instant at which the next one does, or null. */
  closeExpired(now: Instant): Instant | null {
    let next = Infinity;
    for (const socket of this.all()) {
      const { expires_at } = this.seat(socket);
      if (expires_at <= now) close(socket, CloseCode.token, "token expired");
      else next = Math.min(next, expires_at);
    }
    return next === Infinity ? null : next;
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
    const counted = {
      ...seat,
      window_at: fresh ? now : seat.window_at,
      frames: fresh ? 1 : seat.frames + 1,
    };
    this.keep(socket, counted);
    const size = typeof frame === "string" ? Buffer.byteLength(frame) : frame.byteLength;
    if (counted.frames > MAX_FRAMES || size > MAX_FRAME_BYTES) {
      close(socket, CloseCode.too_many, "too many or too large messages");
      return null;
    }
    return typeof frame === "string" ? parseObject(frame) : null;
  }

  private keep(socket: WebSocket, seat: Seat & More): void {
    socket.serializeAttachment(seat);
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
