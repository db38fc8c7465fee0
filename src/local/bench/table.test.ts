import { describe, expect, it } from "vitest";
import { figure, ratio, tableOf } from "./table.ts";

describe("the table of a run", () => {
  it("stands in columns, names to the left and figures to the right", () => {
    const table = tableOf(
      ["route", "req/s"],
      [
        ["health", "2,000"],
        ["GET users/me", "900"],
      ],
    );
    expect(table.split("\n")).toEqual([
      "route         req/s",
      "------------  -----",
      "health        2,000",
      "GET users/me    900",
    ]);
  });

  it("leaves a cell empty that a row does not have", () => {
    expect(tableOf(["a", "b", "c"], [["x", "1"]])).toBe("a  b  c\n-  -  -\nx  1");
  });
});

describe("a figure", () => {
  it.each([
    [0, "0"],
    [0.004, "0"],
    [0.123, "0.12"],
    [-0.5, "-0.50"],
    [9.994, "9.99"],
    [9.996, "10.0"],
    [99.94, "99.9"],
    [99.96, "100"],
    [1234.5, "1,235"],
    [1_234_567, "1,234,567"],
    [-1234, "-1,234"],
  ])("%d is written %s", (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it("is a dash where nothing was measured", () => {
    expect([figure(null), figure(NaN), figure(Infinity)]).toEqual(["-", "-", "-"]);
  });
});

describe("a ratio", () => {
  it("says how many times the base it is", () => {
    expect(ratio(3, 2)).toBe("1.50x");
  });

  it("is a dash where either side is missing or the base is 0", () => {
    expect([ratio(null, 1), ratio(1, null), ratio(1, 0)]).toEqual(["-", "-", "-"]);
  });
});
