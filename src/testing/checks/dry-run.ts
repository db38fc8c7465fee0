import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { unstable_readConfig } from "wrangler";
import { variables } from "../../platform/variables.ts";
import { environmentFaults, type EnvironmentConfig } from "./environments.ts";
import { ROOT, runTool } from "./run-tool.ts";

/** What can be deployed. */
const ENVIRONMENTS = ["staging", "production"];

/** A new isolate reads all of the bundle before its first answer; the platform's own limit is 10 MiB. */
const BUDGET_BYTES = 1024 * 1024;

/** What a machine may hold that deploys; a dry run needs none of it, and shows so. */
const CREDENTIALS = /^(CLOUDFLARE|CF|PLANETSCALE|JWT|POSTMARK|METRICS)_/;

/** Builds the Worker as a deployment to `env` would, and holds its gzipped size to the budget. */
function build(env: string): boolean {
  const folder = join(ROOT, ".local", "dry-run", env);
  rmSync(folder, { recursive: true, force: true });
  const args = ["deploy", "--dry-run", "--env", env, "--outdir", folder];
  const credentials = Object.keys(process.env).filter((name) => CREDENTIALS.test(name));
  const { ok, output } = runTool(ROOT, "wrangler", args, { without: credentials });
  console.log(`${env}\n${output.trim()}`);
  if (!ok) {
    console.error(`The Worker cannot be built for ${env}: wrangler's own words stand above.`);
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

/** Holds the environments of wrangler.toml to its top level and to each other. */
function compare(): boolean {
  const read = (env?: string) =>
    unstable_readConfig(
      { config: join(ROOT, "wrangler.toml"), ...(env === undefined ? {} : { env }) },
      { hideWarnings: true },
    ) as EnvironmentConfig;
  const environments = Object.fromEntries(ENVIRONMENTS.map((env) => [env, read(env)]));
  const needed = Object.entries(variables).flatMap(([name, rule]) => (rule.isNeeded ? [name] : []));
  const faults = environmentFaults(read(), environments, needed);
  for (const fault of faults) console.error(`wrangler.toml: ${fault}`);
  if (faults.length === 0) console.log("The environments differ in names and addresses only.");
  return faults.length === 0;
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}

const results = [compare(), ...ENVIRONMENTS.map(build)];
process.exitCode = results.every(Boolean) ? 0 : 1;
