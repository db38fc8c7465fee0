import { z } from "zod";
import type { Frame } from "./board.ts";
import { UnexpectedAnswer } from "./client.ts";

const entrySchema = z.object({
  rank: z.int(),
  user: z.object({ id: z.string(), display_name: z.string() }),
  score: z.number(),
  coverage: z.number(),
  days_reported: z.int(),
  days_total: z.int(),
});

/** A part of a board as `GET …/leaderboard` and frames hold it. */
export const boardSchema = z.object({
  version: z.int(),
  status: z.string(),
  total: z.int(),
  entries: z.array(entrySchema),
});

const frameSchema = boardSchema
  .extend({ type: z.enum(["snapshot", "changes", "final"]) })
  .partial({ status: true });

export type Watch = {
  /** The API's address, without `/api`. */
  url: string;
  challenge_id: string;
  ticket: string;
  onFrame: (frame: Frame) => void;
  /** Is told when the socket ends without having been closed from here. */
  onEnd: (error: Error) => void;
};

/** Watches a board the way a browser does, with a ticket. Gives the way to stop. */
export function watchBoard({ url, challenge_id, ticket, onFrame, onEnd }: Watch): () => void {
  const address = new URL(`/api/challenges/${challenge_id}/live`, url);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("ticket", ticket);
  const socket = new WebSocket(address.href);
  let isOver = false;
  const end = (why: string): void => {
    if (isOver) return;
    isOver = true;
    onEnd(new UnexpectedAnswer(`The live board ended: ${why}`));
  };
  socket.addEventListener("message", ({ data }) => {
    const frame = frameSchema.safeParse(typeof data === "string" ? JSON.parse(data) : null);
    if (frame.success) onFrame(frame.data);
    else end(`a frame in another shape: ${String(data).slice(0, 200)}`);
  });
  socket.addEventListener("error", () => end("the connection failed"));
  socket.addEventListener("close", ({ code, reason }) => end(`${code} ${reason}`));
  return () => {
    isOver = true;
    socket.close();
  };
}
