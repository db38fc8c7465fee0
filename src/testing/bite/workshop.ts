import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isStale, type Defence } from "./defences.ts";

const root = new URL("../../..", import.meta.url).pathname;
const COPIED = [
  "src",
  "emails",
  "migrations",
  ".config",
  ".local/assets",
  "wrangler.toml",
  "package.json",
  "tsconfig.json",
  "drizzle.config.ts",
];

/** How the tests of a tree ended: how many failed, or that they could not be run at all. */
export type Outcome = { failed: number; passed: number; seconds: number; output: string };

/** A copy of the project in which defences are taken out, one at a time. */
export type Workshop = {
  /** Runs these test files. */
  run(tests: readonly string[]): Promise<Outcome>;
  /** Runs a defence's tests without it, and puts it back. Raises where its entry is out of date. */
  without(defence: Defence): Promise<Outcome>;
  clear(): Promise<void>;
};

/** Copies the project aside: nobody's checkout is without a defence, also when the run is broken off. */
export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), "focus-bite-"));
  for (const name of COPIED) await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const run = async (tests: readonly string[]) => await runTests(folder, tests);
  return {
    run,
    async without(defence) {
      const file = join(folder, defence.file);
      const text = await readFile(file, "utf8");
      if (isStale(defence, text)) throw new Error(`${defence.file} has changed: mend its entry`);
      await writeFile(
        file,
        text.replace(defence.find, () => defence.replace),
      );
      try {
        return await run(defence.tests);
      } finally {
        await writeFile(file, text);
      }
    },
    clear: async () => await rm(folder, { recursive: true, force: true }),
  };
}

async function runTests(folder: string, tests: readonly string[]): Promise<Outcome> {
  const from = performance.now();
  const args = ["run", "--config", "src/testing/vitest.config.ts", ...tests];
  const child = spawn(join(root, "node_modules/.bin/vitest"), args, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", CI: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  await new Promise((resolve) => child.once("close", resolve));
  const line = /^ *Tests +(.*)$/m.exec(output)?.[1] ?? "";
  const counted = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return {
    failed: counted("failed"),
    passed: counted("passed"),
    seconds: (performance.now() - from) / 1000,
    output,
  };
}
