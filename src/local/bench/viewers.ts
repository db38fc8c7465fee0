import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { SeenScore } from "./frames.ts";

/** Whose sockets to open, on which board. */
export type ViewersOrder = {
  url: string;
  challenge_id: string;
  /** One a viewer; the same person's may come up to five times. */
  access_tokens: string[];
};

/** The frames of viewers, who are known by their index, as they came (UTC ms). */
export type FramesSeen = { viewer: number; at: number; scores: readonly SeenScore[] }[];

/** What the viewers' thread tells. */
export type ThreadAnswer =
  | { type: "open"; open: number }
  | { type: "ready" }
  | { type: "frames"; frames: FramesSeen };

/** Viewers' sockets on one board, in a thread of their own. */
export class Viewers {
  private readonly thread: Worker;

  private constructor(thread: Worker) {
    this.thread = thread;
  }

  /** Opens all sockets and waits for everybody's first frame. Raises an Error where one does not open. */
  static async open(order: ViewersOrder, onProgress: (open: number) => void): Promise<Viewers> {
    const thread = new Worker(join(import.meta.dirname, "viewers-thread.ts"), {
      workerData: order,
    });
    await new Promise<void>((resolve, reject) => {
      thread.once("error", reject);
      thread.on("message", (answer: ThreadAnswer) => {
        if (answer.type === "open") onProgress(answer.open);
        else if (answer.type === "ready") resolve();
      });
    });
    return new Viewers(thread);
  }

  /** The frames since the last call. */
  async frames(): Promise<FramesSeen> {
    const answered = once(this.thread, "message");
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.thread.postMessage("frames");
    const [answer] = (await answered) as [ThreadAnswer];
    return answer.type === "frames" ? answer.frames : [];
  }

  /** Breaks all connections off, as phones do that lose their network. */
  async close(): Promise<void> {
    await this.thread.terminate();
  }
}
