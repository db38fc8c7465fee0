import fc from "fast-check";
import { expect, test } from "vitest";
import { changesOf } from "./changes.ts";

const facts = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 2 }));

/** The same value with the keys of its objects in another order, as MySQL gives them. */
function reordered(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reordered);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reordered(part)]),
  );
}

test("what differs is named, with its values before and after, and nothing else", () => {
  fc.assert(
    fc.property(facts, facts, (before, after) => {
      const changes = changesOf(before, after);
      const kept = Object.keys(before).filter((name) => !changes?.fields.includes(name));
      for (const name of kept) expect(JSON.stringify(after[name])).toBeDefined();
      // Taking the old values out of the one and the new values into it gives the other.
      const redone = Object.fromEntries([
        ...kept.map((name) => [name, before[name]] as const),
        ...Object.entries(changes?.after ?? {}),
      ]);
      expect(changesOf(redone, after)).toBeNull();
      for (const [name, value] of Object.entries(changes?.before ?? {}))
        expect(value).toBe(before[name]);
    }),
  );
});

test("the order of keys is no change", () => {
  fc.assert(
    fc.property(facts, (before) => {
      expect(changesOf(before, reordered(before) as typeof before)).toBeNull();
    }),
  );
});
