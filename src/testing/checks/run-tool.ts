import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** The repository's root. */
export const ROOT = join(import.meta.dirname, "../../..");

export type ToolRun = { ok: boolean; output: string };

/**
 * Runs a command in `folder` with the project's own tools, and its own Node, first on the PATH.
 * Gives whether it succeeded, and all it wrote. It does not see the variables `without`.
 */
export function runTool(
  folder: string,
  command: string,
  args: readonly string[],
  { without = [] }: { without?: readonly string[] } = {},
): ToolRun {
  const environment = { ...process.env };
  for (const name of without) delete environment[name];
  const run = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...environment,
      PATH: [join(ROOT, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter),
      WRANGLER_SEND_METRICS: "false",
      // The banner is what looks for a newer version over the network.
      WRANGLER_HIDE_BANNER: "true",
      NO_COLOR: "1",
    },
  });
  const failure = run.error ? `${run.error.message}\n` : "";
  return { ok: run.status === 0, output: `${failure}${run.stdout ?? ""}${run.stderr ?? ""}` };
}
