import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "@planetscale/database";
import { z } from "zod";

const { resolve } = createRequire(import.meta.filename);

/** Says in one line what a run was measured on: figures of different machines do not compare. */
export async function machineLine(planetscale_url: string): Promise<string> {
  const [cpu, ...others] = cpus();
  const [load = 0] = loadavg();
  const { rows } = await new Client({ url: planetscale_url }).execute(
    "select version() as version",
  );
  const [row] = z.array(z.object({ version: z.string() })).parse(rows);
  return [
    `${others.length + 1} cores (${cpu?.model.trim() ?? "unknown"})`,
    `load ${load.toFixed(1)} at the start`,
    `Node ${process.versions.node}`,
    `workerd ${workerdVersion()}`,
    `database ${row?.version ?? "unknown"}`,
  ].join(", ");
}

function workerdVersion(): string {
  // Miniflare's own workerd is the one that runs.
  const miniflare = createRequire(resolve("miniflare"));
  const folder = dirname(dirname(miniflare.resolve("workerd")));
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  return version;
}
