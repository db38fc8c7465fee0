import { readFile } from "node:fs/promises";

const PAGE = /^VmRSS:\s+(\d+) kB$/m;
const MIB_KB = 1_024;

/** How much memory a process holds now, in MiB; null where the kernel does not tell, or it has ended. */
export async function residentMemory(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const kb = PAGE.exec(status)?.[1];
    return kb === undefined ? null : Number(kb) / MIB_KB;
  } catch {
    return null;
  }
}
