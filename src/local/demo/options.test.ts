import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";

describe("the demo's command line", () => {
  it("needs nothing", () => {
    expect(readOptions([], 42)).toEqual({ seconds: 45, fast: false, seed: 42, help: false });
  });

  it("takes length, pace and seed", () => {
    expect(readOptions(["--seconds", "60", "--fast", "--seed=7"], 42)).toEqual({
      seconds: 60,
      fast: true,
      seed: 7,
      help: false,
    });
  });

  it.each([
    [["--seconds", "3"], '--seconds takes a whole number from 10 to 600, not "3".'],
    [["--seconds", "soon"], '--seconds takes a whole number from 10 to 600, not "soon".'],
    [["--seed", "1.5"], '--seed takes a whole number from 0 to 4294967295, not "1.5".'],
    [["--slow"], "Unknown option '--slow'"],
  ])("says what is wrong with %s", (args, message) => {
    expect(() => readOptions(args, 42)).toThrow(message);
  });
});
