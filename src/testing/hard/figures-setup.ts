import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { figuresTable } from "./figures.ts";

/** Gathers the figures of every file of the suite and prints them as one table at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "focus-figures-"));
  const file = join(folder, "figures.ndjson");
  await writeFile(file, "");
  project.provide("figuresFile", file);
  return async () => {
    const table = figuresTable(file);
    if (table !== "") console.log(`\n${table}\n`);
    await rm(folder, { recursive: true, force: true });
  };
}
