import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { delimiter, dirname, extname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { V4ModuleDefinition } from "miniflare";

/** Where the project's one description of its Worker stands. */
export const WRANGLER_CONFIG = join(import.meta.dirname, "../../../wrangler.toml");

/** A Worker as `wrangler deploy` would upload it. */
export interface BuiltWorker {
  /** Holds the bundle. */
  folder: string;
  configPath: string;
}

const MODULE_TYPES = new Map<string, V4ModuleDefinition["type"]>([
  [".js", "ESModule"],
  [".mjs", "ESModule"],
  [".wasm", "CompiledWasm"],
  [".bin", "Data"],
  [".txt", "Text"],
  [".html", "Text"],
  [".sql", "Text"],
]);

/**
 * Bundles the Worker into `outdir` (emptied first) with `wrangler deploy --dry-run`: what is run here is what would be
 * uploaded. Uses no network. Raises an Error with wrangler's words when the bundle cannot be made.
 */
export async function buildWorker({
  outdir,
  env = "",
  configPath = WRANGLER_CONFIG,
  script,
}: {
  outdir: string;
  /** What to bundle in place of wrangler.toml's `main`; its file bears the same name. */
  script?: string | undefined;
  /** An environment of wrangler.toml; the top level when left out. */
  env?: string;
  configPath?: string;
}): Promise<BuiltWorker> {
  await rm(outdir, { recursive: true, force: true });
  const wrangler = join(import.meta.dirname, "../../../node_modules/wrangler/bin/wrangler.js");
  const args = [
    "deploy",
    ...(script === undefined ? [] : [script]),
    "--dry-run",
    `--outdir=${outdir}`,
    `--config=${configPath}`,
    `--env=${env}`,
  ];
  const child = spawn(process.execPath, [wrangler, ...args], {
    cwd: dirname(configPath),
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      // The build command of wrangler.toml needs this Node, not whichever comes first.
      PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
      WRANGLER_SEND_METRICS: "false",
      // The banner is what looks for a newer version.
      WRANGLER_HIDE_BANNER: "true",
      WRANGLER_LOG_PATH: join(outdir, "../wrangler-logs"),
      CI: "1",
    },
  });
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0)
    throw new Error(`The Worker cannot be built:\n${stripVTControlCharacters(output).trim()}`);
  return { folder: outdir, configPath };
}

/** The bundle's modules, the entry first. */
export async function readModules(folder: string): Promise<V4ModuleDefinition[]> {
  const files = await readdir(folder, { recursive: true });
  const modules: V4ModuleDefinition[] = [];
  for (const file of files.toSorted()) {
    const type = MODULE_TYPES.get(extname(file));
    if (type === undefined) continue;
    const path = join(folder, file);
    const contents =
      type === "ESModule" || type === "Text" ? await readFile(path, "utf8") : await readFile(path);
    const module = { type, path, contents };
    if (file === ENTRY) modules.unshift(module);
    else modules.push(module);
  }
  if (modules[0]?.path !== join(folder, ENTRY)) throw new Error(`${ENTRY} is missing in ${folder}`);
  return modules;
}

/** The bundle's entry: wrangler names it after `main`. */
export const ENTRY = "worker.js";
