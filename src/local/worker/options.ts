import { join } from "node:path";
import type { V4ModuleDefinition, V4WorkerOptions } from "miniflare";
import type { BuiltWorker } from "./build.ts";
import { ENTRY, readModules } from "./build.ts";
import { entryShim } from "./entry-shim.ts";

/** What differs from wrangler.toml. */
export interface WorkerOverrides {
  /** The port it answers on. */
  port: number;
  /** Variables and secrets, in place of those that wrangler.toml or .dev.vars name. */
  bindings: Record<string, string>;
  /** An environment of wrangler.toml. */
  env?: string | undefined;
  /** Origins on this machine that the Worker calls often. */
  neighbours: readonly string[];
  /** Whether objects can be put out of memory from outside; for tests. */
  can_evict: boolean;
}

const NAME = "focus-api";
const ASSETS_NAME = "assets";

/**
 * The Workers to run, from wrangler.toml (objects, queues, buckets, rate limits, assets, variables,
 * compatibility date). The API's Worker listens on a socket of its own: the simulator's entry and
 * assets routers would add three Workers to the way of each request, five times its CPU. Its ASSETS
 * binding therefore leads to a Worker that has nothing but them.
 */
export async function workerOptions(
  built: BuiltWorker,
  overrides: WorkerOverrides,
): Promise<V4WorkerOptions[]> {
  const fromConfig = await readWranglerOptions(built.configPath, overrides.env);
  const { assets, serviceBindings, bindings, modulesRules: _rules, ...rest } = fromConfig;
  const modules = await readModules(built.folder);
  const shim = entryShim(ENTRY, overrides.neighbours, overrides.can_evict);
  const entry: V4ModuleDefinition = {
    type: "ESModule",
    path: join(built.folder, "local-entry.js"),
    contents: shim.source,
  };
  const assetsBinding = assets?.binding === undefined ? {} : { [assets.binding]: ASSETS_NAME };
  const main: V4WorkerOptions = {
    ...rest,
    name: NAME,
    ...(overrides.can_evict && {
      compatibilityFlags: [...(rest.compatibilityFlags ?? []), "unsafe_module"],
    }),
    modules: [entry, ...modules],
    modulesRoot: built.folder,
    bindings: { ...bindings, ...overrides.bindings },
    serviceBindings: { ...serviceBindings, ...shim.bindings, ...assetsBinding },
    unsafeDirectSockets: [{ host: "127.0.0.1", port: overrides.port }],
  };
  if (assets?.binding === undefined) return [main];
  const assetsWorker: V4WorkerOptions = {
    name: ASSETS_NAME,
    ...(rest.compatibilityDate !== undefined && { compatibilityDate: rest.compatibilityDate }),
    modules: [
      {
        type: "ESModule",
        path: join(built.folder, "no-assets.js"),
        contents: "export default { fetch: () => new Response(null, { status: 404 }) };",
      },
    ],
    modulesRoot: built.folder,
    assets: {
      ...assets,
      run_worker_first: false,
      routerConfig: { has_user_worker: false, invoke_user_worker_ahead_of_assets: false },
    },
  };
  return [main, assetsWorker];
}

/** Wrangler says at length which secrets are not set: they come from `bindings`. */
async function readWranglerOptions(
  configPath: string,
  env: string | undefined,
): Promise<V4WorkerOptions> {
  const level = process.env["WRANGLER_LOG"];
  process.env["WRANGLER_LOG"] = level ?? "error";
  try {
    const { unstable_getMiniflareWorkerOptions } = await import("wrangler");
    return unstable_getMiniflareWorkerOptions(configPath, env).workerOptions as V4WorkerOptions;
  } finally {
    if (level === undefined) delete process.env["WRANGLER_LOG"];
  }
}
