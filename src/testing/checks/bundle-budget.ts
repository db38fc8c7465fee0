import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ROOT, runTool } from "./run-tool.ts";

/** A new isolate reads all of the bundle before its first answer; the platform's own limit is 10 MiB. */
const BUDGET_BYTES = 1024 * 1024;

/** Builds the Worker as a deployment to production would, and holds its gzipped size to the budget. */
function check(): boolean {
  const folder = join(ROOT, ".local", "dry-run");
  rmSync(folder, { recursive: true, force: true });
  const build = ["deploy", "--dry-run", "--env", "production", "--outdir", folder];
  const { ok, output } = runTool(ROOT, "wrangler", build);
  console.log(output.trim());
  if (!ok) {
    console.error("The Worker cannot be built: wrangler's own words stand above.");
    return false;
  }

  // Source maps and the README that Wrangler adds are not uploaded as code.
  const modules = readdirSync(folder).filter((name) => !/\.(map|md)$/.test(name));
  const sizes = modules.map((name) => gzipSync(readFileSync(join(folder, name))).byteLength);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const figures = `${kib(total)} KiB gzipped (budget ${kib(BUDGET_BYTES)} KiB)`;
  if (modules.length === 0 || total > BUDGET_BYTES) {
    console.error(`Bundle over budget: ${figures}. Look for what grew it in ${folder}.`);
    return false;
  }
  console.log(`Bundle within budget: ${figures}, ${modules.length} module(s).`);
  return true;
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}

process.exitCode = check() ? 0 : 1;
