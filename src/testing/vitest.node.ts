import { defineConfig } from "vitest/config";

/** What runs in Node itself: the tests of the local stack. */
export default defineConfig({
  test: {
    name: "node",
    include: ["src/local/**/*.test.ts"],
    globalSetup: ["src/local/testing/global-setup.ts"],
    testTimeout: 10_000,
    hookTimeout: 30_000,
  },
});
