import { once } from "node:events";
import { z } from "zod";

const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
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
    const [isolate] = (await debuggersAt(inspector_port)).filter((url) => isOf(name, url));
    if (isolate === undefined) throw new Error(`workerd runs no Worker ${name}`);
    return new Heap(await connected(isolate), wake);
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

/**
 * The isolates of what stands in for the platform beside the Worker (queues, R2, the cache): they
 * live in the same process, and leave for minutes what they do not need any more.
 */
export class Simulators {
  readonly #sockets: WebSocket[];

  private constructor(sockets: WebSocket[]) {
    this.#sockets = sockets;
  }

  /** Connects to all isolates but that of the Worker `name`. */
  static async open(inspector_port: number, name: string): Promise<Simulators> {
    const others = (await debuggersAt(inspector_port)).filter((url) => !isOf(name, url));
    return new Simulators(await Promise.all(others.map(connected)));
  }

  /** Asks each to collect when it next has work; waits for none. */
  collect(): void {
    const ask = JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" });
    for (const socket of this.#sockets) socket.send(ask);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

/** The addresses under which the isolates' debuggers answer. */
async function debuggersAt(inspector_port: number): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${inspector_port}/json`);
  return targets.parse(await answer.json()).map(({ webSocketDebuggerUrl }) => webSocketDebuggerUrl);
}

const isOf = (name: string, debugger_url: string): boolean => debugger_url.endsWith(`:${name}`);

async function connected(debugger_url: string): Promise<WebSocket> {
  const socket = new WebSocket(debugger_url);
  await once(socket, "open");
  return socket;
}
