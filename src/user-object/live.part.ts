import { close, CloseCode, Sockets, type Opener } from "../platform/objects/sockets.ts";
import type { Instant } from "../platform/time/instant.ts";
import { goodSessionsOf, type Person } from "./person.ts";

/** A socket's seat as its opener asks for it. */
export type LiveSeat = Opener;

type Home = {
  /** Has `closeExpired` called at an instant. */
  expireAt: (due_at: Instant) => void;
  /** The frame that says how things stand now. */
  greeting: () => object;
};

/** A user's own sockets: what their phones hear of limits, rules and challenges. */
export class Live {
  private readonly sockets: Sockets;
  private readonly home: Home;

  constructor(state: DurableObjectState, home: Home) {
    this.sockets = new Sockets(state, "user");
    this.home = home;
  }

  /** Whether anybody listens. */
  isHeard(): boolean {
    return this.sockets.all().length > 0;
  }

  /** Seats a phone and greets it; null where the user has too many sockets open. */
  enter(seat: LiveSeat): WebSocket | null {
    // Made before there is a seat: what the others hear by it is no greeting.
    const greeting = this.home.greeting();
    const accepted = this.sockets.accept(seat);
    if (!accepted) return null;
    this.home.expireAt(seat.expires_at);
    this.tellOne(accepted.socket, greeting);
    return accepted.client;
  }

  /** Tells all phones. */
  tell(frame: object): void {
    for (const socket of this.sockets.all()) this.tellOne(socket, frame);
  }

  /** Reads a phone's frame: after a reconnect it asks how things stand. */
  hear(socket: WebSocket, message: string | ArrayBuffer): void {
    const said = this.sockets.read(socket, message);
    if (said?.["type"] === "resume") this.tellOne(socket, this.home.greeting());
  }

  /** Takes a close that came in. */
  closed(socket: WebSocket, code: number): void {
    this.sockets.closed(socket, code);
  }

  /** Closes the sockets of sessions that the person's facts no longer know. */
  closeEnded(person: Person | null): void {
    const good = goodSessionsOf(person);
    const code = person?.is_active === false ? CloseCode.not_allowed : CloseCode.token;
    for (const socket of this.sockets.all()) {
      if (!good.includes(this.sockets.seat(socket).session_id))
        close(socket, code, "session ended");
    }
  }

  /** Closes the sockets whose token has expired, and plans to do so again when the next one does. */
  closeExpired(now: Instant): void {
    const next = this.sockets.closeExpired(now);
    if (next !== null) this.home.expireAt(next);
  }

  private tellOne(socket: WebSocket, frame: object): void {
    this.sockets.send(socket, JSON.stringify(frame));
  }
}
