import { readFile } from "node:fs/promises";
import type { Heap } from "../../../local/worker/heap.ts";
import type { Sample } from "./slope.ts";

const ANONYMOUS = /^RssAnon:\s+(\d+) kB$/m;
const MIB = 1_024 * 1_024;

/** What a Worker holds at an instant, in MiB: the whole process, and the objects of its JavaScript. */
export type Held = { process: Sample; heap: Sample };

/**
 * Weighs a Worker after a collection: what V8 leaves lying about until it needs the room is no leak.
 * Raises an Error where the process has ended, or the kernel does not tell.
 */
export async function weigh(pid: number | undefined, heap: Heap): Promise<Held> {
  const bytes = await heap.held();
  const at = Date.now();
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kb = ANONYMOUS.exec(status)?.[1];
  if (kb === undefined) throw new Error(`nothing tells the memory of process ${pid}`);
  return {
    process: { at, value: Number(kb) / 1_024 },
    heap: { at, value: bytes / MIB },
  };
}
