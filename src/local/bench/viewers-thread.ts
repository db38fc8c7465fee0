import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { ticketOf } from "./asks.ts";
import { HttpClient } from "./client.ts";
import { failureOf } from "./closed-loop.ts";
import { FrameReader } from "./frames.ts";
import type { FramesSeen, ThreadAnswer, ViewersOrder } from "./viewers.ts";

/** Sockets that are opened at once. */
const TOGETHER = 25;
const OPEN_WITHIN_MS = 20_000;
const ticketSchema = z.object({ ticket: z.string() });

/**
 * The viewers' side, in a thread of its own: reading their frames must not delay the phones' answers,
 * against which they are timed.
 */
class ViewersThread {
  private readonly order: ViewersOrder;
  private readonly client: HttpClient;
  private readonly reader = new FrameReader();
  private readonly sockets: WebSocket[] = [];
  private seen: FramesSeen = [];

  constructor(order: ViewersOrder) {
    this.order = order;
    this.client = new HttpClient(order.url, TOGETHER);
  }

  /** Opens all sockets, and waits for the first frame of each. */
  async open(onProgress: (open: number) => void): Promise<void> {
    const { access_tokens } = this.order;
    while (this.sockets.length < access_tokens.length) {
      const from = this.sockets.length;
      const some = access_tokens.slice(from, from + TOGETHER);
      const opened = some.map(async (token, index) => await this.openOne(token, from + index));
      this.sockets.push(...(await Promise.all(opened)));
      onProgress(this.sockets.length);
    }
  }

  /** The frames since the last call. */
  drain(): FramesSeen {
    const { seen } = this;
    this.seen = [];
    return seen;
  }

  private async openOne(access_token: string, viewer: number): Promise<WebSocket> {
    const { url, challenge_id } = this.order;
    const answer = await this.client.send(ticketOf({ access_token }));
    if (answer.status !== 200) throw new Error(`no ticket for a viewer: ${failureOf(answer)}`);
    const { ticket } = ticketSchema.parse(JSON.parse(answer.text));
    const address = new URL(`/api/challenges/${challenge_id}/live?ticket=${ticket}`, url);
    address.protocol = "ws:";
    const socket = new WebSocket(address.href);
    await new Promise<void>((resolve, reject) => {
      const refuse = () => reject(new Error("a viewer's socket does not open"));
      const timer = setTimeout(refuse, OPEN_WITHIN_MS);
      socket.addEventListener("close", refuse);
      socket.addEventListener("message", ({ data }) => {
        const at = performance.timeOrigin + performance.now();
        clearTimeout(timer);
        this.seen.push({ viewer, at, scores: this.reader.read(String(data)) });
        resolve();
      });
    });
    return socket;
  }
}

function tell(answer: ThreadAnswer): void {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(answer);
}

const thread = new ViewersThread(workerData as ViewersOrder);
parentPort?.on("message", () => tell({ type: "frames", frames: thread.drain() }));
await thread.open((open) => tell({ type: "open", open }));
tell({ type: "ready" });
