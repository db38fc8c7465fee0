import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { DEFENCES, isStale } from "./defences.ts";

const root = new URL("../../..", import.meta.url);

describe("the list of defences that can be taken out", () => {
  it("names at least twenty-five, each once", () => {
    expect(DEFENCES.length).toBeGreaterThanOrEqual(25);
    expect(new Set(DEFENCES.map(({ name }) => name)).size).toBe(DEFENCES.length);
  });

  it.each(DEFENCES)("is up to date: $name", async (defence) => {
    const text = await readFile(new URL(defence.file, root), "utf8");
    expect(isStale(defence, text), `${defence.file} has changed`).toBe(false);
    for (const test of defence.tests) expect(existsSync(new URL(test, root)), test).toBe(true);
  });
});
