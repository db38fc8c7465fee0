import { applyFrame, EMPTY_BOARD, usedSeconds, type Board, type Frame } from "./board.ts";

/** Follows a board's frames, and knows since when it shows what. Instants in ms of `performance.now()`. */
export class Viewer {
  readonly #missing_day_seconds: number;
  readonly #started_at: number;
  readonly #used = new Map<string, { seconds: number; since: number }>();
  #board: Board = EMPTY_BOARD;
  #onChange = (): void => undefined;

  /** `started_at`: when the show began. */
  constructor(missing_day_seconds: number, started_at: number) {
    this.#missing_day_seconds = missing_day_seconds;
    this.#started_at = started_at;
  }

  get board(): Board {
    return this.#board;
  }

  /** Takes a frame that came at `now`. */
  take(frame: Frame, now: number): void {
    this.#board = applyFrame(this.#board, frame, now - this.#started_at);
    for (const entry of this.#board.entries) {
      const seconds = usedSeconds(entry, this.#missing_day_seconds);
      if (this.#used.get(entry.user.id)?.seconds === seconds) continue;
      this.#used.set(entry.user.id, { seconds, since: now });
    }
    this.#onChange();
  }

  /** What the board says somebody used, and since when it does; undefined where they are not on it. */
  used(user_id: string): { seconds: number; since: number } | undefined {
    return this.#used.get(user_id);
  }

  /** Waits until the board is as wished; gives false where it is not after that time. Rejects with the signal's reason. */
  async until(isSo: () => boolean, patience_ms: number, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    if (isSo()) return true;
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const onAbort = (): void => reject(signal.reason as Error);
    const timer = setTimeout(() => resolve(false), patience_ms);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#onChange = () => {
      if (isSo()) resolve(true);
    };
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      this.#onChange = () => undefined;
    }
  }
}
