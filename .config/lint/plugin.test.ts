import { join } from "node:path";
import { RuleTester } from "oxlint/plugins-dev";
import { describe, it } from "vitest";
import plugin from "./plugin.ts";

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester();
const at = (path: string): string => join(import.meta.dirname, "../..", path);
const service = at("src/usage/usage.service.ts");

tester.run("who-may-import", plugin.rules["who-may-import"], {
  valid: [
    { filename: service, code: 'import { rows } from "./usage.store.ts";' },
    { filename: service, code: "export const nothing = 1;" },
    {
      filename: at("src/usage/union.ts"),
      code: 'import type { A } from "../platform/context.ts";',
    },
    { filename: at("src/usage/usage.test.ts"), code: 'await import("./usage.store.ts");' },
  ],
  invalid: [
    {
      filename: service,
      code: 'import { Hono } from "hono";',
      errors: [/only the edge speaks HTTP/],
    },
    {
      filename: service,
      code: 'import "../users/users.store.ts";',
      errors: [/src\/users\/index.ts/],
    },
    { filename: service, code: 'export * from "../app.ts";', errors: [/may not import "app"/] },
    { filename: service, code: 'export { a } from "../app.ts";', errors: [/may not import "app"/] },
    {
      filename: service,
      code: 'await import("../local/start.ts");',
      errors: [/never imports tests/],
    },
    {
      filename: service,
      code: 'type A = import("../app.ts").A;',
      errors: [/may not import "app"/],
    },
    {
      filename: at("src/usage/union.ts"),
      code: 'import { a } from "../platform/context.ts";',
      errors: 1,
    },
    { filename: at("src/platform/db/a.ts"), code: 'export { sql } from "drizzle-orm";', errors: 1 },
  ],
});

const reads = [
  "Date.now()",
  "new Date()",
  "Date()",
  "performance.now()",
  "Math.random()",
  "crypto.randomUUID()",
  "crypto.getRandomValues(new Uint8Array(8))",
  "globalThis.crypto.randomUUID()",
  'Date["now"]()',
  "[1].map(Math.random)",
];

tester.run("no-ambient-time-or-chance", plugin.rules["no-ambient-time-or-chance"], {
  valid: [
    ...["src/platform/clock.ts", "src/local/start.ts", "src/usage/usage.test.ts"].flatMap((path) =>
      reads.map((code) => ({ filename: at(path), code })),
    ),
    { filename: service, code: "new Date(0); Date.parse(text); Math.max(1, 2); crypto.subtle;" },
    { filename: service, code: "ctx.clock.now(); constructor.toString();" },
  ],
  invalid: reads.map((code) => ({
    filename: service,
    code,
    errors: [/stands only in src\/platform/],
  })),
});

const mention = "export function f(env: Env): void { use(env); }";
tester.run("no-env", plugin.rules["no-env"], {
  valid: [
    { filename: at("src/worker.ts"), code: mention },
    { filename: at("src/usage/user.object.ts"), code: mention },
    { filename: service, code: "export function f(environment: Environment): void {}" },
  ],
  invalid: [
    { filename: service, code: mention, errors: [/take what you need from the context/] },
    { filename: at("src/usage/union.ts"), code: mention, errors: 1 },
    { filename: service, code: "let a: Cloudflare.Env;", errors: 1 },
  ],
});
