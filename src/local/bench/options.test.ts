import { describe, expect, it } from "vitest";
import { readOptions, UsageError, usageText } from "./options.ts";

const names = ["me", "today"];

describe("the command line of the bench", () => {
  it("measures every phase for 5 s where nothing is said", () => {
    expect(readOptions([], names)).toEqual({
      seconds: 5,
      connections: 16,
      people: 200,
      league: 1_000,
      readers: 100_000,
      participants: 100_000,
      challenges: 1_000,
      accounts: 100_000,
      only: [],
      out: ".local/bench.json",
      compare: null,
    });
  });

  it("is short for CI, unless a longer time is asked for", () => {
    expect(readOptions(["--quick"], names)).toMatchObject({ seconds: 1, people: 100 });
    expect(readOptions(["--quick", "--seconds", "2.5"], names).seconds).toBe(2.5);
  });

  it("takes several phases", () => {
    expect(readOptions(["--only", "me", "--only", "today"], names).only).toEqual(["me", "today"]);
  });

  it.each([
    ["a phase that does not exist", ["--only", "tomorrow"]],
    ["an option that does not exist", ["--fast"]],
    ["a number that is none", ["--seconds", "soon"]],
    ["no time at all", ["--seconds", "0"]],
    ["too few people for the viewers", ["--people", "99"]],
  ])("refuses %s", (_what, args) => {
    expect(() => readOptions(args, names)).toThrow(UsageError);
  });

  it("tells which phases there are", () => {
    expect(usageText(names)).toContain("me, today");
  });
});
