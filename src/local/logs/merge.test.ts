import fc from "fast-check";
import { expect, test } from "vitest";
import { inOneOrder } from "./merge.ts";

const anySource = fc.uniqueArray(fc.integer({ min: 100, max: 140 }), {
  minLength: 1,
  maxLength: 12,
});

test("what stands in several places comes in one order, each once, wherever the places overlap", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anySource, { maxLength: 6 }), async (lists) => {
      const sources = lists.map((list) => {
        const entries = list.toSorted((one, other) => one - other).map((n) => ({ id: String(n) }));
        return { first_id: entries[0]?.id ?? "", read: async () => await Promise.resolve(entries) };
      });
      const given: string[] = [];
      for await (const { id } of inOneOrder(sources)) given.push(id);
      expect(given).toEqual([...new Set(lists.flat().map(String))].sort());
    }),
  );
});

test("a place is read only once its first entry is due", async () => {
  const read: string[] = [];
  const source = (...ids: string[]) => ({
    first_id: ids[0] ?? "",
    read: async () => {
      read.push(ids[0] ?? "");
      return await Promise.resolve(ids.map((id) => ({ id })));
    },
  });
  const seen: string[] = [];
  for await (const { id } of inOneOrder([source("5", "6"), source("1", "2"), source("3")])) {
    seen.push(`${id} after ${read.length}`);
  }
  expect(seen).toEqual(["1 after 1", "2 after 1", "3 after 2", "5 after 3", "6 after 3"]);
});
