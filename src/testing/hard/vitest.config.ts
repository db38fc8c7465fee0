import { defineConfig } from "vitest/config";

const root = new URL("../../..", import.meta.url).pathname;

/** Long runs against a stack of their own: the numbers of attack and fault, one file after the other. */
export default defineConfig({
  test: {
    root,
    include: ["src/testing/hard/**/*.hard.ts"],
    globalSetup: ["src/testing/hard/figures-setup.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
    passWithNoTests: true,
  },
});
