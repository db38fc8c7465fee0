import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import lock from "../../../package-lock.json" with { type: "json" };
import manifest from "../../../package.json" with { type: "json" };
import { ROOT } from "./run-tool.ts";

const installed: Record<string, { version?: string; integrity?: string }> = lock.packages;
const isWorkshop = (path: string) => /^src\/(local|testing)\/|\.test\.ts$/.test(path);

/** The packages that a file names in its imports. */
function packagesOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(/(?: from|^import) "([^".][^"]*)";$/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => !/^(node|cloudflare):/.test(name))
    .map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/"));
}

describe("what the Worker is made of besides its own code", () => {
  it("is ten packages at most", () => {
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(10);
  });

  it.each(Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))(
    "has %s at one exact version, the one that the lock file has, with its digest",
    (name, version) => {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      const { version: locked, integrity } = installed[`node_modules/${name}`] ?? {};
      expect(locked).toBe(version);
      expect(integrity).toMatch(/^sha512-/);
    },
  );

  it("is those packages and no other: what tools and tests need is not deployed", () => {
    const deployed = globSync(["src/**/*.ts", "emails/**/*.ts"], { cwd: ROOT })
      .filter((path) => !isWorkshop(path))
      .flatMap(packagesOf);
    expect([...new Set(deployed)].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });
});
