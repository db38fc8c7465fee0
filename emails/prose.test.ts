import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPrintable, oneLine, prose, subjectLine } from "./prose.ts";

describe("one line", () => {
  it("turns line breaks of every kind into single blanks", () => {
    expect(oneLine("Ada\r\nBcc: all@example.org\u2028\u0085\u0000 end ")).toBe(
      "Ada Bcc: all@example.org end",
    );
  });

  it("drops direction overrides and invisible characters, and keeps emoji whole", () => {
    expect(oneLine("\u202egro.elpmaxe\u202c \u200bx\ufeff 👩‍👧")).toBe("gro.elpmaxe x 👩‍👧");
  });

  it("replaces a lone surrogate, which no mail can carry", () => {
    expect(oneLine("a\ud800b")).toBe("a\ufffdb");
  });
});

describe("prose", () => {
  it.each(["evil.com", "www.evil.com", "evil。com", "http://evil", "me@evil"])(
    "leaves nothing in %s that a mail program would make a link of",
    (name) => {
      const shown = prose(name);
      expect(shown).not.toContain(name);
      expect(shown.replaceAll("\u200b", "")).toBe(name);
    },
  );

  it.each(["Ada L. King", "12.5 %", "Wait... what?", "08:30"])("leaves %s as it is", (text) => {
    expect(prose(text)).toBe(text);
  });
});

describe("a subject", () => {
  it("is one line of at most 120 code points, whatever goes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const subject = subjectLine(text);
        expect([...subject].length).toBeLessThanOrEqual(120);
        expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(subject.isWellFormed()).toBe(true);
      }),
    );
  });

  it("is cut between code points, with an ellipsis", () => {
    const subject = subjectLine("😀".repeat(200));
    expect(subject).toBe(`${"😀".repeat(119)}…`);
  });
});

it("knows a name that shows nothing", () => {
  expect(isPrintable("\u200d\u0301")).toBe(false);
  expect(isPrintable("")).toBe(false);
  expect(isPrintable("李")).toBe(true);
  expect(isPrintable("🙂")).toBe(true);
});
