import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ensureServer } from "../local/private-database.ts";
import { ROOMS } from "./rooms.ts";

const root = new URL("../..", import.meta.url).pathname;
const VITEST = ["run", "--config", "src/testing/vitest.config.ts"];

/**
 * `npm test`: every room at once, since much of the time is waited and not worked; `npm test -- <words>`
 * hands the words to vitest, in one process. Ends with 1 where a room failed.
 */
async function main(words: readonly string[]): Promise<number> {
  if (words.length > 0) return await vitest([...VITEST, ...words], "inherit");
  // Rooms that find no server would all install one.
  if (!process.env["DATABASE_URL"]) await ensureServer((line) => console.log(line));
  const ends = await Promise.all(
    ROOMS.map(async (room) => {
      const code = await vitest([...VITEST, "--project", room], "pipe");
      console.log(`\n==> ${room}: ${code === 0 ? "ok" : "FAILED"}\n`);
      return { room, code };
    }),
  );
  const failed = ends.filter(({ code }) => code !== 0).map(({ room }) => room);
  console.log(failed.length === 0 ? "All rooms are green." : `Failed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

/** Runs vitest; piped, its lines go on as they come. Gives its exit code. */
async function vitest(args: readonly string[], output: "inherit" | "pipe"): Promise<number> {
  const child = spawn(`${root}node_modules/.bin/vitest`, args, {
    cwd: root,
    stdio: ["ignore", output, output],
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: "1" }) },
  });
  if (child.stdout) createInterface(child.stdout).on("line", (line) => console.log(line));
  if (child.stderr) createInterface(child.stderr).on("line", (line) => console.error(line));
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main(process.argv.slice(2));
