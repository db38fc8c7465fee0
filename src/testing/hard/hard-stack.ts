import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@planetscale/database";
import { freePort } from "../../local/ports.ts";
import { keepSecrets } from "../../local/secrets.ts";
import type { Config } from "../../platform/env.ts";
import { readVariables } from "../../platform/variables.ts";
import { startStack, type Stack, type StackOptions } from "../../local/stack.ts";

/** A whole stack in a folder and on ports of its own, and the way into its database. */
export type HardStack = Stack & {
  database_client: Client;
  /** What signs its tokens, as the Worker reads it. */
  config: Config;
  /** What the Worker writes to its console goes there, a JSON line each. */
  log_file: string;
};

/**
 * Starts a stack with these variables of the Worker; `DATABASE_URL` chooses another server. Where
 * `can_evict`, objects can be put out of memory from outside (local/worker/entry-shim.ts); only where
 * `durable` does the database keep what it has committed when it is killed. At `inspector_port`
 * workerd answers to a debugger.
 */
export async function startHardStack(
  bindings: Record<string, string>,
  {
    can_evict = false,
    durable = false,
    inspector_port,
  }: Pick<StackOptions, "can_evict" | "durable" | "inspector_port"> = {},
): Promise<HardStack> {
  const folder = await mkdtemp(join(tmpdir(), "focus-hard-"));
  const port = await freePort();
  const stack = await startStack({
    folder,
    port,
    mail_port: 0,
    database_url: process.env["DATABASE_URL"],
    bindings,
    durable,
    can_evict,
    ...(inspector_port !== undefined && { inspector_port }),
    log: () => undefined,
  });
  const { jwt_secret } = await keepSecrets(join(folder, "secrets.json"));
  const own = { JWT_SECRET: jwt_secret, PUBLIC_URL: stack.api_url };
  return {
    ...stack,
    config: { ...readVariables(own).values, problems: {} },
    database_client: new Client({ url: stack.planetscale.url }),
    log_file: join(folder, "worker.log"),
    async stop() {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
