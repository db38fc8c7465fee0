import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningStack } from "./running-stack.ts";
import { announceStack, findRunningStack, withdrawStack } from "./running-stack.ts";
import { keepSecrets } from "./secrets.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-stack-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const STACK: RunningStack = {
  pid: process.pid,
  api_url: "http://localhost:1",
  mail_url: "http://localhost:2",
  docs_url: "http://localhost:1/docs",
  planetscale_url: "http://u:p@127.0.0.1:3/focus",
};

test("a stack is found while it runs, and not when it has stopped or was killed", async () => {
  expect(await findRunningStack(folder)).toBeNull();
  await announceStack(folder, STACK);
  expect(await findRunningStack(folder)).toEqual(STACK);
  await announceStack(folder, { ...STACK, pid: 2 ** 30 });
  expect(await findRunningStack(folder)).toBeNull();
  await announceStack(folder, STACK);
  await withdrawStack(folder);
  expect(await findRunningStack(folder)).toBeNull();
});

test("secrets are made up once, long enough, and stay", async () => {
  const file = join(folder, "secrets.json");
  const secrets = await keepSecrets(file);
  expect(secrets.jwt_secret.length).toBeGreaterThanOrEqual(32);
  expect(await keepSecrets(file)).toEqual(secrets);
});
