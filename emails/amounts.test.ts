import { describe, expect, it } from "vitest";
import { counted, duration, ordinal, percentage, scoreTexts } from "./amounts.ts";

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("an ordinal", () => {
  it.each([
    [1, "1st"],
    [2, "2nd"],
    [3, "3rd"],
    [4, "4th"],
    [10, "10th"],
    [11, "11th"],
    [12, "12th"],
    [13, "13th"],
    [21, "21st"],
    [102, "102nd"],
    [111, "111th"],
    [113, "113th"],
    [1001, "1001st"],
  ])("of %i is %s in English", (rank, text) => {
    expect(ordinal("en", rank)).toBe(text);
  });

  it.each([
    [1, "1re"],
    [2, "2e"],
    [11, "11e"],
    [21, "21e"],
  ])("of %i is %s in French, as in « 1re place »", (rank, text) => {
    expect(ordinal("fr", rank)).toBe(text);
  });
});

describe("a duration", () => {
  it.each([
    [0, "0 min"],
    [45, "45 s"],
    [60, "1 min"],
    [3_599, "59 min"],
    [3_600, "1 h 00 min"],
    [11_100, "3 h 05 min"],
    [360_059, "100 h 00 min"],
    [-5, "0 min"],
    [59.9, "59 s"],
  ])("of %f seconds is %s", (seconds, text) => {
    expect(plain(duration(seconds))).toBe(text);
  });

  it("shows the seconds when it must be exact", () => {
    expect(plain(duration(11_109, true))).toBe("3 h 05 min 09 s");
    expect(plain(duration(60, true))).toBe("1 min 00 s");
    expect(plain(duration(0, true))).toBe("0 min");
  });

  it("never breaks over a line", () => {
    expect(duration(11_109, true)).not.toContain(" ");
  });
});

describe("the scores of a board", () => {
  it("are shown to the second where two that differ would look alike", () => {
    const scores = [9_255, 9_299, 12_840, 12_840].map((score_seconds) => ({ score_seconds }));
    expect(scoreTexts("en", scores).map(plain)).toEqual([
      "2 h 34 min 15 s",
      "2 h 34 min 59 s",
      "3 h 34 min",
      "3 h 34 min",
    ]);
  });

  it("say less or more for a reduction, and count days", () => {
    const scores = [{ score_percent: 12.34 }, { score_percent: -8 }, { score_days: 1 }];
    expect(scoreTexts("en", scores).map(plain)).toEqual(["12.3% less", "8% more", "1 day"]);
    expect(scoreTexts("fr", scores).map(plain)).toEqual([
      "12,3 % de moins",
      "8 % de plus",
      "1 jour",
    ]);
  });
});

it("counts in the singular and the plural of each language", () => {
  expect([0, 1, 2].map((n) => plain(counted("en", n, "day", "days")))).toEqual([
    "0 days",
    "1 day",
    "2 days",
  ]);
  expect([0, 1, 2].map((n) => plain(counted("fr", n, "jour", "jours")))).toEqual([
    "0 jour",
    "1 jour",
    "2 jours",
  ]);
  expect(plain(percentage("fr", 1234.5))).toBe("1 234,5 %");
});
