import { spawn } from "node:child_process";
import { join } from "node:path";

/** Runs `npm run smoke` as an operator does; gives its exit code and all it printed. */
export async function command(args: string[], variables: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../smoke.ts"), ...args], {
    env: { ...process.env, SMOKE_EMAIL: "", SMOKE_PASSWORD: "", ...variables },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}
