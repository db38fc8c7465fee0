import { describe, expect, it } from "vitest";
import { commonestLongPasswords, commonPasswordsModule } from "./common-passwords.ts";

const list = [
  "password",
  "qwertyuiop",
  "dragon",
  "dragon1",
  "password1",
  "dragon123",
  "abcabc",
  "abc",
];

describe("the commonest long passwords", () => {
  it("begin with those of the list that are long enough, in its order", () => {
    const long = ["qwertyuiop", "1q2w3e4r5t"];
    expect(commonestLongPasswords(["123456", ...long], 2)).toEqual(long);
  });

  it("hold runs and repeats of keys, which such lists leave out", () => {
    const passwords = commonestLongPasswords(list, 500);
    for (const pattern of ["1111111111", "0123456789", "0987654321", "9876543210", "abcdefghij"]) {
      expect(passwords).toContain(pattern);
    }
  });

  it("go on with common words and the endings that the list itself shows, the likelier first", () => {
    const passwords = commonestLongPasswords(list, 500);
    expect(passwords).toContain("password123");
    expect(passwords).toContain("passwordpassword");
    expect(passwords).not.toContain("password7");
    expect(passwords.indexOf("password123")).toBeLessThan(passwords.indexOf("dragon2024"));
  });

  it("are as many as asked for, without a double, and the same each time", () => {
    const passwords = commonestLongPasswords(list, 60);
    expect(new Set(passwords).size).toBe(60);
    expect(passwords.every((password) => password.length >= 10)).toBe(true);
    expect(commonestLongPasswords(list, 60)).toEqual(passwords);
  });
});

it("writes a module that keeps signs with a meaning in template literals", () => {
  const module = commonPasswordsModule(["back`tick\\slash", ["dollar", "{x}sign"].join("$")]);
  expect(module).toContain(["back\\`tick\\\\slash dollar\\", "{x}sign"].join("$"));
});
