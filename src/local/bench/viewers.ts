import { z } from "zod";
import { failureOf } from "./closed-loop.ts";
import type { HttpClient } from "./client.ts";
import type { Person } from "./crowd.ts";

const TOGETHER = 25;
const OPEN_WITHIN_MS = 20_000;
const ticketSchema = z.object({ ticket: z.string() });

/** Called with each frame: which viewer's, its text, and the instant it came (ms). */
export type OnFrame = (viewer: number, text: string, at: number) => void;

/** Viewers' sockets on one board. */
export type Viewers = { close(): Promise<void> };

/**
 * Opens a socket with a ticket for each of `people` (the same person may come up to five times), some
 * at a time, and waits for everybody's first frame. Raises an Error where one does not open.
 */
export async function openViewers(given: {
  client: HttpClient;
  url: string;
  challenge_id: string;
  people: readonly Person[];
  onFrame: OnFrame;
  onProgress: (open: number) => void;
}): Promise<Viewers> {
  const { people, onProgress } = given;
  const sockets: WebSocket[] = [];
  for (let first = 0; first < people.length; first += TOGETHER) {
    const some = people.slice(first, first + TOGETHER);
    const opened = some.map(async (person, index) => await openOne(given, person, first + index));
    sockets.push(...(await Promise.all(opened)));
    onProgress(sockets.length);
  }
  return { close: async () => void (await Promise.all(sockets.map(closed))) };
}

async function openOne(
  given: { client: HttpClient; url: string; challenge_id: string; onFrame: OnFrame },
  { access_token }: Person,
  viewer: number,
): Promise<WebSocket> {
  const { client, url, challenge_id, onFrame } = given;
  const answer = await client.send({ method: "POST", path: "/api/auth/ticket", access_token });
  if (answer.status !== 200) throw new Error(`no ticket for a viewer: ${failureOf(answer)}`);
  const { ticket } = ticketSchema.parse(JSON.parse(answer.text));
  const address = new URL(`/api/challenges/${challenge_id}/live?ticket=${ticket}`, url);
  address.protocol = "ws:";
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    const refuse = () => reject(new Error("a viewer's socket does not open"));
    const timer = setTimeout(refuse, OPEN_WITHIN_MS);
    socket.addEventListener("close", refuse);
    socket.addEventListener("message", ({ data }) => {
      clearTimeout(timer);
      onFrame(viewer, String(data), performance.now());
      resolve();
    });
  });
  return socket;
}

async function closed(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return;
  await new Promise<void>((resolve) => {
    socket.addEventListener("close", () => resolve());
    socket.close();
  });
}
