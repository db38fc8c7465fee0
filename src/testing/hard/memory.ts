import { readFile } from "node:fs/promises";
import { Heap, Simulators } from "../../local/worker/heap.ts";
import type { HardStack } from "./hard-stack.ts";

const WORKER = "focus-api";
const ANONYMOUS = /^RssAnon:\s+(\d+) kB$/m;
const MIB = 1_024 * 1_024;

/** What a Worker holds, in MiB: the whole process, and the objects of its JavaScript. */
export type Held = { process: number; heap: number };

/**
 * Weighs the Worker of a stack after a collection: what V8 leaves lying about until it needs the room
 * is no cost of anybody's.
 */
export class Scales {
  readonly #stack: HardStack;
  readonly #heap: Heap;
  readonly #simulators: Simulators;

  private constructor(stack: HardStack, heap: Heap, simulators: Simulators) {
    this.#stack = stack;
    this.#heap = heap;
    this.#simulators = simulators;
  }

  /** Needs a stack that was started with this `inspector_port`; weighs until workerd is restarted. */
  static async open(stack: HardStack, inspector_port: number): Promise<Scales> {
    const wake = async () => {
      const answer = await fetch(`${stack.api_url}/api/health`);
      await answer.text();
    };
    return new Scales(
      stack,
      await Heap.open(inspector_port, WORKER, wake),
      await Simulators.open(inspector_port, WORKER),
    );
  }

  /** What is held now. The simulators are asked to collect too, which shows the next time. */
  async weigh(): Promise<Held> {
    const bytes = await this.#heap.held();
    const pid = await this.#stack.worker.pid;
    const kb = ANONYMOUS.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
    if (kb === undefined) throw new Error(`nothing tells the memory of process ${pid}`);
    this.#simulators.collect();
    return { process: Number(kb) / 1_024, heap: bytes / MIB };
  }

  close(): void {
    this.#heap.close();
    this.#simulators.close();
  }
}
