import { expect, it } from "vitest";
import { answerToKeep } from "./once.ts";

it.each([
  [200, true],
  [201, true],
  [204, true],
  [400, true],
  [404, true],
  [409, true],
  [422, true],
  [401, false],
  [403, false],
  [415, false],
  [429, false],
  [500, false],
  [503, false],
])("an answer of %i is kept: %s", async (status, kept) => {
  const answer = new Response(status === 204 ? null : "{}", { status });
  expect((await answerToKeep(answer)) !== null).toBe(kept);
  expect(answer.bodyUsed).toBe(false);
});

it("keeps no answer longer than a request may be", async () => {
  expect(await answerToKeep(new Response("x".repeat(256 * 1024)))).not.toBeNull();
  expect(await answerToKeep(new Response("x".repeat(256 * 1024 + 1)))).toBeNull();
});
