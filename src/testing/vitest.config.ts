import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { PHONES } from "./rooms.ts";

const root = new URL("../..", import.meta.url).pathname;
const GLOBAL_SETUP = ["src/testing/global-setup.ts"];
const OFF_THE_EDGE = ["src/local/**", "src/testing/**"];

/** Three rooms: what runs at the edge is tested in workerd, on real parts; tools and mails in Node. */
export default defineConfig({
  test: {
    root,
    // The Worker's log lines are shown for tests that fail.
    silent: "passed-only",
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      edge(
        "phones",
        PHONES.map((folder) => `${folder}/*.test.ts`),
        OFF_THE_EDGE,
      ),
      edge("operators", ["src/**/*.test.ts"], [...OFF_THE_EDGE, ...PHONES]),
      {
        test: {
          name: "node",
          root,
          globalSetup: GLOBAL_SETUP,
          // Its files may run side by side, those of the edge may not.
          sequence: { groupOrder: 1 },
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

/** A runtime with a database of its own, in which these files run one after the other. */
function edge(name: string, include: string[], exclude: string[]): TestProjectInlineConfiguration {
  return {
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
      name,
      root,
      include,
      exclude,
      globalSetup: GLOBAL_SETUP,
      // One runtime for all files: each test has users of its own, and starting costs seconds.
      isolate: false,
      maxWorkers: 1,
      testTimeout: 20_000,
      hookTimeout: 60_000,
    },
  };
}
