import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEFENCES, isStale } from "./defences.ts";

const root = new URL("../../..", import.meta.url).pathname;

describe("the list of defences that can be taken out", () => {
  it("names at least twenty-five, each once", () => {
    expect(DEFENCES.length).toBeGreaterThanOrEqual(25);
    expect(new Set(DEFENCES.map(({ name }) => name)).size).toBe(DEFENCES.length);
  });

  it.each(DEFENCES)("is up to date: $name", async (defence) => {
    const text = await readFile(join(root, defence.file), "utf8");
    expect(isStale(defence, text), `${defence.file} has changed`).toBe(false);
    for (const test of defence.tests) expect(existsSync(join(root, test)), test).toBe(true);
  });
});
