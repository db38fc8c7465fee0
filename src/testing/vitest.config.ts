import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const root = new URL("../..", import.meta.url).pathname;

/** Two rooms: what runs at the edge is tested in workerd, on real parts; tools and mails in Node. */
export default defineConfig({
  test: {
    root,
    // The Worker's log lines are shown for tests that fail.
    silent: "passed-only",
    globalSetup: ["src/testing/global-setup.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: `${root}wrangler.toml` },
            miniflare: {
              bindings: {
                PLANETSCALE_URL: inject("planetscaleUrl"),
                POSTMARK_HOST: inject("mailHost"),
                POSTMARK_TOKEN: "test-token",
                POSTMARK_WEBHOOK_SECRET: "a secret that only the tests know",
                METRICS_TOKEN: "a-token-that-only-the-tests-know",
                JWT_SECRET: "a secret that only the tests know, long enough",
                ENVIRONMENT: "test",
                SCRYPT_COST: "16",
                AUTH_FLOOR_MS: "0",
                // Whoever comes seventh sits at a relay.
                BOARD_VIEWERS: "6",
              },
            },
          })),
        ],
        test: {
          name: "edge",
          root,
          include: ["src/**/*.test.ts"],
          exclude: ["src/local/**", "src/testing/**"],
          // One runtime for all files: each test has users of its own, and starting costs seconds.
          isolate: false,
          maxWorkers: 1,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "node",
          root,
          include: [
            "src/local/**/*.test.ts",
            "src/testing/**/*.test.ts",
            "emails/**/*.test.ts",
            ".config/**/*.test.ts",
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
