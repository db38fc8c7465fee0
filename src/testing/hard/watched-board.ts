import type { Session } from "./accounts.ts";
import { call } from "./caller.ts";
import type { HardStack } from "./hard-stack.ts";

/** A session's open socket on a board. */
export type WatchedBoard = {
  readonly isOpen: boolean;
  /** Gives after how many ms from now the socket is open no more; throws where that takes too long. */
  whenEnded(patience_ms: number): Promise<number>;
  /** Waits for the connection's end, which may come seconds after; gives the code of the close. */
  closeCode(): Promise<number>;
  close(): void;
};

const POLL_MS = 5;

/** Opens a session's socket on a board, as a browser does, and waits for the first frame. */
export async function watchBoard(
  stack: HardStack,
  challenge_id: string,
  { access_token }: Session,
): Promise<WatchedBoard> {
  const { body } = await call(stack, "POST", "/auth/ticket", { access_token });
  const url = new URL(`/api/challenges/${challenge_id}/live`, stack.api_url);
  url.protocol = "ws:";
  url.searchParams.set("ticket", String(body["ticket"]));
  const socket = new WebSocket(url.href);
  const code = Promise.withResolvers<number>();
  const first = Promise.withResolvers<void>();
  socket.addEventListener("message", () => first.resolve());
  socket.addEventListener("close", (closed) => {
    first.reject(new Error(`the board closed the socket: ${closed.code}`));
    code.resolve(closed.code);
  });
  await first.promise;
  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    async whenEnded(patience_ms) {
      const from = performance.now();
      // The close frame ends the socket; its event waits for the connection, which workerd keeps a while.
      while (socket.readyState === WebSocket.OPEN) {
        if (performance.now() - from > patience_ms) throw new Error("the socket is still open");
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      return performance.now() - from;
    },
    closeCode: async () => await code.promise,
    close: () => socket.close(),
  };
}
