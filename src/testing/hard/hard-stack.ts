import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@planetscale/database";
import { freePort } from "../../local/ports.ts";
import { startStack, type Stack } from "../../local/stack.ts";

/** A whole stack in a folder and on ports of its own, and the way into its database. */
export type HardStack = Stack & { database_client: Client };

/** Starts a stack with these variables of the Worker; `DATABASE_URL` chooses another server. */
export async function startHardStack(bindings: Record<string, string>): Promise<HardStack> {
  const folder = await mkdtemp(join(tmpdir(), "focus-hard-"));
  const stack = await startStack({
    folder,
    port: await freePort(),
    mail_port: 0,
    database_url: process.env["DATABASE_URL"],
    bindings,
    durable: false,
    log: () => undefined,
  });
  return {
    ...stack,
    database_client: new Client({ url: stack.planetscale.url }),
    async stop() {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
