import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@planetscale/database";
import { freePort } from "../../local/ports.ts";
import { keepSecrets } from "../../local/secrets.ts";
import type { Config } from "../../platform/env.ts";
import { readVariables } from "../../platform/variables.ts";
import { startStack, type Stack } from "../../local/stack.ts";

/** A whole stack in a folder and on ports of its own, and the way into its database. */
export type HardStack = Stack & {
  database_client: Client;
  /** What signs its tokens, as the Worker reads it. */
  config: Config;
  /** The file that holds the Worker's log lines. */
  log_file: string;
};

/** Starts a stack with these variables of the Worker; `DATABASE_URL` chooses another server. */
export async function startHardStack(bindings: Record<string, string>): Promise<HardStack> {
  const folder = await mkdtemp(join(tmpdir(), "focus-hard-"));
  const port = await freePort();
  const stack = await startStack({
    folder,
    port,
    mail_port: 0,
    database_url: process.env["DATABASE_URL"],
    bindings,
    durable: false,
    log: () => undefined,
  });
  const { jwt_secret } = await keepSecrets(join(folder, "secrets.json"));
  const own = { JWT_SECRET: jwt_secret, PUBLIC_URL: stack.api_url };
  return {
    ...stack,
    config: { ...readVariables(own).values, problems: {} },
    log_file: join(folder, "worker.log"),
    database_client: new Client({ url: stack.planetscale.url }),
    async stop() {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
