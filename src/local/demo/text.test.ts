import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COLOURS } from "./paint.ts";
import { bar, cut, duration, fit, ms, stopwatchText, widthOf } from "./text.ts";

describe("times", () => {
  it.each([
    [0, "0 min"],
    [45, "45 s"],
    [60, "1 min"],
    [3_599, "59 min"],
    [3_900, "1 h 05 min"],
    [14_400, "4 h 00 min"],
    [90_000, "25 h 00 min"],
  ])("%i seconds are %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it("are short on the stop watch and in milliseconds", () => {
    expect(stopwatchText(65_900)).toBe("1:05");
    expect([ms(null), ms(0.2), ms(3.14), ms(42.4)]).toEqual(["–", "< 1 ms", "3.1 ms", "42 ms"]);
  });
});

describe("cells", () => {
  const anyText = fc.string({ unit: "grapheme-composite", maxLength: 30 });

  it("are exactly filled by fit and never exceeded by cut", () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), fc.constantFrom("left", "right"), (text, cells, side) => {
        expect(widthOf(fit(text, cells, side))).toBe(cells);
        expect(widthOf(cut(text, cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });

  it("are counted by letters, whether or not an accent came apart, and without colours", () => {
    expect(widthOf("São".normalize("NFD"))).toBe(3);
    expect(widthOf(COLOURS.bold(COLOURS.green("Chloé")))).toBe(5);
    expect(fit("Wanjiru", 4)).toBe("Wan…");
  });

  it("hold a bar that grows with its value and never leaves its scale", () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), fc.integer({ min: 1, max: 50 }), (a, b, cells) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(widthOf(bar(more, 80, cells))).toBeLessThanOrEqual(cells);
        expect(widthOf(bar(less, 80, cells))).toBeLessThanOrEqual(widthOf(bar(more, 80, cells)));
      }),
    );
    expect(bar(5, 0, 10)).toBe("");
    expect(bar(40, 80, 10)).toBe("█████");
  });
});
