import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startDatabase } from "../private-database.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A server's URL for the tests of the local stack: `mysql://user:password@host:port/name`. */
    localDatabaseUrl: string;
  }
}

/** One database server for all test files: a private one, or the one that DATABASE_URL names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "focus-test-"));
  const given = process.env["DATABASE_URL"];
  const database = await startDatabase({
    folder,
    log: () => undefined,
    durable: false,
    ...(given !== undefined && { url: given }),
  });
  project.provide("localDatabaseUrl", database.url);
  return async () => {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
