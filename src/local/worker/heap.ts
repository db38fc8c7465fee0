import { once } from "node:events";
import { z } from "zod";

const targets = z.array(z.object({ webSocketDebuggerUrl: z.string(), title: z.string() }));
const size = z.number().default(0);
const answers = z.object({
  id: z.int(),
  result: z.object({ usedSize: size, embedderHeapUsedSize: size, backingStorageSize: size }),
});

/** The memory of the Worker's isolate in workerd, as its debugger tells it. */
export class Heap {
  readonly #socket: WebSocket;
  readonly #wake: () => Promise<void>;
  #last = 0;

  private constructor(socket: WebSocket, wake: () => Promise<void>) {
    this.#socket = socket;
    this.#wake = wake;
  }

  /**
   * Connects to the isolate of the Worker `name`; `wake` sends it any request, since a garbage
   * collection that is asked for waits for one. Raises an Error where there is no such Worker.
   */
  static async open(
    inspector_port: number,
    name: string,
    wake: () => Promise<void>,
  ): Promise<Heap> {
    const answer = await fetch(`http://127.0.0.1:${inspector_port}/json`);
    const isolate = targets
      .parse(await answer.json())
      .find(({ webSocketDebuggerUrl }) => webSocketDebuggerUrl.endsWith(`:${name}`));
    if (!isolate) throw new Error(`workerd runs no Worker ${name}`);
    const socket = new WebSocket(isolate.webSocketDebuggerUrl);
    await once(socket, "open");
    return new Heap(socket, wake);
  }

  /** Bytes that are used now, with whatever waits to be collected. */
  async used(): Promise<number> {
    return await this.#ask("Runtime.getHeapUsage");
  }

  /** Bytes that are held now: what waits to be collected is collected first. */
  async held(): Promise<number> {
    const collected = this.#ask("HeapProfiler.collectGarbage");
    await this.#wake();
    await collected;
    return await this.used();
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: string): Promise<number> {
    const id = (this.#last += 1);
    const answered = new Promise<number>((resolve) => {
      const hear = ({ data }: MessageEvent): void => {
        const answer = answers.safeParse(JSON.parse(String(data))).data;
        if (answer?.id !== id) return;
        this.#socket.removeEventListener("message", hear);
        const { usedSize, embedderHeapUsedSize, backingStorageSize } = answer.result;
        resolve(usedSize + embedderHeapUsedSize + backingStorageSize);
      };
      this.#socket.addEventListener("message", hear);
    });
    this.#socket.send(JSON.stringify({ id, method }));
    return await answered;
  }
}
