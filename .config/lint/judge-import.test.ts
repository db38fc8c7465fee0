import { describe, expect, test } from "vitest";
import { judgeImport } from "./judge-import.ts";

/** One file of each role; `usage` is the feature that looks out, `users` the other one. */
const FILES = {
  worker: "src/worker.ts",
  app: "src/app.ts",
  cron: "src/cron.ts",
  queue: "src/queue.ts",
  routes: "src/usage/usage.routes.ts",
  middleware: "src/usage/usage.middleware.ts",
  wire: "src/usage/usage.wire.ts",
  jobs: "src/usage/usage.jobs.ts",
  service: "src/usage/usage.service.ts",
  store: "src/usage/usage.store.ts",
  table: "src/usage/usage.table.ts",
  client: "src/usage/user.client.ts",
  object: "src/usage/user.object.ts",
  part: "src/usage/ledger.part.ts",
  schema: "src/usage/ledger.schema.ts",
  errors: "src/usage/usage.errors.ts",
  pure: "src/usage/union.ts",
  index: "src/usage/index.ts",
  otherRoutes: "src/users/users.routes.ts",
  otherMiddleware: "src/users/users.middleware.ts",
  otherJobs: "src/users/users.jobs.ts",
  otherService: "src/users/users.service.ts",
  otherStore: "src/users/users.store.ts",
  otherTable: "src/users/users.table.ts",
  otherObject: "src/users/profile.object.ts",
  otherErrors: "src/users/users.errors.ts",
  otherPure: "src/users/limits.ts",
  otherIndex: "src/users/index.ts",
  platform: "src/platform/context.ts",
  platformPure: "src/platform/errors.ts",
  platformDb: "src/platform/db/database.ts",
  platformHttp: "src/platform/http/route.ts",
  platformObjects: "src/platform/objects/call.ts",
  platformTime: "src/platform/time/zones.ts",
  emails: "emails/welcome.ts",
  migrations: "migrations/0000_first.sql",
  local: "src/local/start.ts",
  testing: "src/testing/factories.ts",
  test: "src/usage/usage.test.ts",
} as const;
type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES) as Name[];

const core: Name[] = ["platform", "platformPure", "platformTime"];
const machinery: Name[] = [...core, "platformDb", "platformObjects"];
const wholePlatform: Name[] = [...machinery, "platformHttp"];

/** What each file may import, and besides that, what it may import as a type. Nothing else. */
const EXPECTED: Partial<Record<Name, { values: readonly Name[]; types?: readonly Name[] }>> = {
  worker: { values: ["app", "cron", "queue", "object", "otherObject", ...wholePlatform] },
  app: {
    values: [
      ...(["routes", "errors", "middleware"] as const),
      ...(["otherRoutes", "otherErrors", "otherMiddleware"] as const),
      ...wholePlatform,
    ],
  },
  cron: { values: ["jobs", "otherJobs", ...machinery] },
  queue: { values: ["cron", "jobs", "otherJobs", ...machinery] },
  routes: {
    values: [
      ...(["routes", "wire", "middleware", "service", "errors", "pure", "otherIndex"] as const),
      ...wholePlatform,
    ],
    types: ["store"],
  },
  middleware: { values: ["service", "errors", "pure", "otherIndex", ...wholePlatform] },
  wire: { values: ["wire", "pure", "otherIndex", "platformHttp", ...core], types: ["store"] },
  jobs: { values: ["service", "errors", "pure", "otherIndex", ...machinery] },
  service: {
    values: [
      ...(["service", "store", "client", "errors", "pure", "otherIndex", "emails"] as const),
      ...machinery,
    ],
  },
  store: {
    values: ["store", "table", "otherTable", "pure", "platformDb", ...core],
    types: ["otherIndex"],
  },
  table: { values: ["table", "otherTable", "pure", "platformDb"] },
  client: { values: ["client", "pure", "platformObjects", ...core], types: ["object", "part"] },
  object: {
    values: [
      ...(["object", "part", "schema", "service", "store", "jobs", "client"] as const),
      ...(["errors", "pure"] as const),
      ...(["otherIndex", ...wholePlatform] as const),
    ],
  },
  part: {
    values: [
      ...(["part", "schema", "store", "errors", "pure", "otherIndex"] as const),
      ...(["platformObjects", ...core] as const),
    ],
  },
  schema: { values: ["pure", "platformObjects"] },
  errors: { values: ["errors", "pure", "platformPure"] },
  pure: {
    values: ["pure", "errors", "otherIndex", "platformPure", "platformTime"],
    types: ["platform", "emails"],
  },
  index: {
    values: [
      ...(["routes", "middleware", "wire", "service", "store", "table"] as const),
      ...(["client", "object", "part", "schema", "errors", "pure"] as const),
    ],
  },
  platform: { values: wholePlatform },
  platformPure: { values: wholePlatform },
  platformDb: { values: wholePlatform },
  platformHttp: { values: wholePlatform },
  platformObjects: { values: wholePlatform },
  platformTime: { values: wholePlatform },
  emails: { values: ["emails"] },
  local: { values: ["local", "emails", "migrations"], types: core },
};

/** Writes the specifier with which `from` would import `to`. */
function specifier(from: string, to: string): string {
  return "../".repeat(from.split("/").length - 1).replace(/^$/, "./") + to;
}

function refused(from: Name, to: Name, typeOnly: boolean): boolean {
  const [path, target] = [FILES[from], FILES[to]];
  const found = { path, specifier: specifier(path, target), typeOnly, passedOn: false };
  return judgeImport(found) !== null;
}

describe("who may import which file", () => {
  for (const from of Object.keys(EXPECTED) as Name[]) {
    const values = EXPECTED[from]?.values ?? [];
    const types = [...values, ...(EXPECTED[from]?.types ?? [])];

    test(`${FILES[from]} imports what its role allows and nothing else`, () => {
      expect(NAMES.filter((to) => !refused(from, to, false)).sort()).toEqual([...values].sort());
    });
    test(`${FILES[from]} imports only those types`, () => {
      expect(NAMES.filter((to) => !refused(from, to, true)).sort()).toEqual([...types].sort());
    });
  }

  test("tests and tools may look anywhere", () => {
    for (const from of ["test", "testing", "migrations"] as const) {
      expect(NAMES.filter((to) => refused(from, to, false))).toEqual([]);
    }
  });

  test("a part in a folder of its feature keeps its suffix's role", () => {
    const path = "src/usage/object/counters.ts";
    const at = (target: string) =>
      judgeImport({ path, specifier: target, typeOnly: false, passedOn: false });
    expect(at("../union.ts")).toBeNull();
    expect(at("../usage.store.ts")).toContain('"pure" may not import "own store"');
    expect(at("../index.ts")).toContain("inside its own feature, import the file itself");
  });

  test("a relative import without its ending is refused, as nothing can be said of it", () => {
    const found = { path: FILES.service, typeOnly: false, passedOn: false };
    expect(judgeImport({ ...found, specifier: "./usage.store" })).toContain("lacks its ending");
    expect(judgeImport({ ...found, specifier: "../users" })).toContain("lacks its ending");
  });
});

describe("the message names the rule and the way out", () => {
  const message = (from: Name, to: Name) => {
    const [path, target] = [FILES[from], FILES[to]];
    return judgeImport({
      path,
      specifier: specifier(path, target),
      typeOnly: false,
      passedOn: false,
    });
  };

  test.each([
    ["routes", "store", "let the feature's own service do it"],
    ["routes", "otherService", "export it from src/users/index.ts"],
    ["service", "platformHttp", "HTTP belongs to the routes"],
    ["service", "testing", "production code never imports tests or tools"],
    ["worker", "routes", "worker.ts only assembles"],
    ["platformDb", "service", "the platform knows no feature"],
    ["pure", "platformDb", "a pure module knows no I/O"],
    ["pure", "platform", "import type"],
    ["emails", "platform", "pass the data in"],
  ] as const)("%s importing %s is told: %s", (from, to, text) => {
    expect(message(from, to)).toContain(text);
  });
});

describe("who may import which package", () => {
  const judge = (path: string, name: string, passedOn = false) =>
    judgeImport({ path, specifier: name, typeOnly: false, passedOn });

  test.each([
    [
      ["hono", "hono/cors", "@hono/zod-openapi"],
      ["app", "routes", "middleware", "wire", "platformHttp"],
    ],
    [
      ["drizzle-orm", "drizzle-orm/mysql-core", "@planetscale/database"],
      ["store", "table", "platformDb"],
    ],
    [["cloudflare:workers"], ["worker", "object", "platform", "platformObjects"]],
    [
      ["node:crypto", "node:fs/promises"],
      ["platform", "platformPure", "platformDb", "platformHttp", "platformObjects", "platformTime"],
    ],
    [["temporal-polyfill", "temporal-polyfill/fns"], ["platformTime"]],
    [["uuid"], ["platform"]],
    [["postmark", "bcryptjs", "mariadb", "fast-check", "cloudflare:test"], []],
  ] as const)("%j belongs to %j", (packages, homes) => {
    const free: Name[] = ["local", "testing", "test", "migrations"];
    for (const name of packages) {
      const passing = NAMES.filter(
        (file) => !file.startsWith("other") && judge(FILES[file], name) === null,
      );
      expect(passing.sort(), name).toEqual([...homes, ...free].sort());
    }
  });

  test("some packages belong to one feature or to one file", () => {
    expect(judge("src/mail/mail.service.ts", "postmark")).toBeNull();
    expect(judge("src/auth/access-token.ts", "jose")).toBeNull();
    expect(judge("src/platform/seal.ts", "jose")).toBeNull();
    expect(judge(FILES.service, "jose")).toContain("src/auth/index.ts");
    expect(judge("src/auth/passwords.ts", "bcryptjs")).toBeNull();
    expect(judge("src/auth/passwords.ts", "node:crypto")).toBeNull();
    expect(judge("src/auth/auth.service.ts", "node:crypto")).toContain("Web Crypto");
  });

  test("nobody passes drizzle on to where it may not be", () => {
    expect(judge(FILES.platformDb, "drizzle-orm", true)).toContain("must not be passed on");
    expect(judge(FILES.store, "drizzle-orm", true)).toContain("must not be passed on");
  });

  test("a package nobody has placed is refused", () => {
    expect(judge(FILES.service, "left-pad")).toContain("has no home yet");
  });
});
