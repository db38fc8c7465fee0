import { describe, expect, it } from "vitest";
import { cellsOf, readHeader } from "./header.ts";

const usual = ["email", "hashed_password", "full_name", "role", "is_active", "is_verified"];

describe("a header", () => {
  it("is understood in any order, case and sensible spelling, and says what is not used", () => {
    const header = readHeader(["ID", " Name ", "EMAIL", "hash", "role", "active", "verified"]);
    expect(header).toMatchObject({ unused: ["id"] });
    const row = ["7", "Ada", "ada@example.com", "$2b$", "user", "1", "0"];
    expect(typeof header === "string" ? header : cellsOf(header, row)).toEqual({
      email: "ada@example.com",
      hash: "$2b$",
      name: "Ada",
      role: "user",
      active: "1",
      verified: "0",
      created: "",
    });
  });

  it("takes the full name where there is a user name as well", () => {
    expect(readHeader(["username", ...usual])).toMatchObject({
      places: { name: 3 },
      unused: ["username"],
    });
  });

  it.each([
    [usual.slice(1), "email"],
    [usual.filter((name) => name !== "is_verified"), "is_verified"],
    [[...usual, "Email"], "two columns"],
    [["email;hashed_password;full_name"], "email"],
  ])("that lacks a column, or has one twice, is refused: %j", (names, words) => {
    expect(readHeader(names)).toContain(words);
  });

  it("refuses a row with more or fewer fields", () => {
    const header = readHeader(usual);
    if (typeof header === "string") throw new Error(header);
    expect(cellsOf(header, ["a", "b"])).toBe("has 2 fields, the header has 6");
  });
});
