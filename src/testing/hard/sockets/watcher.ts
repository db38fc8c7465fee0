import { setTimeout as pause } from "node:timers/promises";
import type { Session } from "../accounts.ts";
import { BoardCopy } from "./board-copy.ts";
import { RawSocket, type Ears } from "./raw-socket.ts";

const AGAIN_MS = 100;
const OPENED_WITHIN_MS = 30_000;

/** Where a watcher looks. */
export type Place = { api_url: string; challenge_id: string };

/** Somebody who watches a board: comes back whenever the connection ends, and resumes. */
export class Watcher {
  readonly copy = new BoardCopy();
  /** The codes by which its connections ended. */
  readonly codes: number[] = [];
  socket: RawSocket | null = null;
  private readonly place: Place;
  private readonly session: Session;
  private readonly comesBack: boolean;
  private opening: Promise<void> | null = null;
  private isDone = false;

  constructor(place: Place, session: Session, comesBack = true) {
    this.place = place;
    this.session = session;
    this.comesBack = comesBack;
  }

  get isOpen(): boolean {
    return this.socket?.isOpen ?? false;
  }

  /** Opens the socket, as often as it takes; a returning one says which version it has. */
  async open(): Promise<void> {
    this.opening ??= this.tryToOpen().finally(() => {
      this.opening = null;
    });
    await this.opening;
  }

  /** Is gone without a word, and comes back if it is one who does. */
  vanish(): void {
    this.socket?.vanish();
  }

  /** Goes for good. */
  leave(): void {
    this.isDone = true;
    this.socket?.vanish();
  }

  private async tryToOpen(): Promise<void> {
    const { api_url, challenge_id } = this.place;
    const path = `/api/challenges/${challenge_id}/live`;
    for (const from = performance.now(); !this.isDone; await pause(AGAIN_MS)) {
      try {
        const { version } = this.copy;
        this.copy.reconnected();
        const socket = await RawSocket.open(api_url, path, this.session.access_token, this.ears);
        this.socket = socket;
        if (version > 0) socket.sendText(JSON.stringify({ type: "resume", version }));
        return;
      } catch (error) {
        if (performance.now() - from > OPENED_WITHIN_MS) throw error;
      }
    }
  }

  private get ears(): Ears {
    return {
      onText: (text) => this.copy.take(text),
      onEnd: (code) => {
        this.codes.push(code);
        // A failure to come back shows in what it does not see.
        if (this.comesBack && !this.isDone) this.open().catch(() => undefined);
      },
    };
  }
}
