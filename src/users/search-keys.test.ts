import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folded, searchedKey, searchKeysOf } from "./search-keys.ts";

/** Whether an account is found by what somebody types, as the store asks for it. */
function isFound(q: string, user: { display_name: string; email: string }): boolean {
  const wanted = searchedKey(q);
  if (wanted === null) return false;
  return searchKeysOf(user).some(
    ({ head, tail }) => head === wanted.head && tail.startsWith(wanted.tail),
  );
}

const zoe = { display_name: "Zoë  Straße-Łukasz", email: "z.strasse+focus@mail.example.co.uk" };

describe("what an account is found by", () => {
  it.each([
    ["its beginning", "zo"],
    ["its end", "kasz"],
    ["a part within a word", "tras"],
    ["a part over a blank, however many there are", "oe strasse"],
    ["other case and no accents", "ZOE"],
    ["accents that the name has not", "strässe-lük"],
    ["wide letters", "ｚｏｅ"],
    ["blanks around it", "  zoe "],
    ["a part of the address before its @", "sse+foc"],
    ["the @ and what follows", "@mail.ex"],
    ["a label of the domain", "example.co"],
    ["the whole address", "z.strasse+focus@mail.example.co.uk"],
  ])("is %s", (_what, q) => {
    expect(isFound(q, zoe)).toBe(true);
  });

  it.each([
    ["a single letter", "z"],
    ["blanks alone", "   "],
    ["accents alone", "\u0301\u0301"],
    ["the inside of a domain's label", "ample"],
    ["letters in another order", "oez"],
    ["the name and the address together", "lukaszz.str"],
    ["what stands for anything in SQL", "z%"],
    ["what stands for any letter in SQL", "z_e"],
  ])("is not %s", (_what, q) => {
    expect(isFound(q, zoe)).toBe(false);
  });

  it("is every part of a name of at least two letters, and nothing that is no part of it", () => {
    const letters = fc.string({
      unit: fc.constantFrom(..."abAB éÉßøŁ.%_\\李明가"),
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(letters, letters, fc.nat(), fc.nat(), (display_name, other, from, length) => {
        const name = [...folded(display_name)];
        const user = { display_name, email: "nobody@x.y" };
        const start = from % Math.max(1, name.length);
        const part = name.slice(start, start + 2 + (length % 20)).join("");
        if ([...folded(part)].length >= 2) expect(isFound(part, user)).toBe(true);
        const q = folded(other);
        const isPart = folded(display_name).includes(q) || "nobody@x.y".includes(q);
        if ([...q].length >= 2 && !isPart) expect(isFound(q, user)).toBe(false);
      }),
    );
  });

  it("has keys that MySQL takes, also of the longest name and address", () => {
    const keys = searchKeysOf({
      display_name: "ﷺ".repeat(50),
      email: `${"a1".repeat(32)}@${"b.".repeat(92)}example`,
    });
    for (const { head, tail } of keys) {
      expect([...head]).toHaveLength(2);
      expect([...tail].length).toBeLessThanOrEqual(62);
      expect(head + tail).toBe((head + tail).trimEnd());
    }
    expect(keys.length).toBeLessThan(500);
    expect(new Set(keys.map(({ head, tail }) => head + tail)).size).toBe(keys.length);
  });
});
