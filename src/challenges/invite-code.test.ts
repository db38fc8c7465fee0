import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inviteCodeOf, readInviteCode } from "./invite-code.ts";

const someBytes = fc.uint8Array({ minLength: 8, maxLength: 8 });

describe("an invite code", () => {
  it("has 8 of 32 characters that nobody mistakes for each other", () => {
    fc.assert(
      fc.property(someBytes, (bytes) => {
        expect(inviteCodeOf(bytes)).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
      }),
    );
    const used = new Set(
      Array.from({ length: 256 }, (_, byte) => inviteCodeOf(new Uint8Array(8).fill(byte))[0]),
    );
    expect(used.size).toBe(32);
  });

  it("is read in upper and lower case alike", () => {
    fc.assert(
      fc.property(someBytes, (bytes) => {
        const code = inviteCodeOf(bytes);
        expect(readInviteCode(code)).toBe(code);
        expect(readInviteCode(` ${code.toLowerCase()}\n`)).toBe(code);
      }),
    );
  });

  it.each([
    "",
    "ABCDEFG",
    "ABCDEFGHJ",
    "ABCDEFG0",
    "ABCDEFGI",
    "ABCD EFG",
    "ABCDEFßſ",
    "ABCDEFGı",
    "ABCDEFGH\ufeff",
    "\u00a0ABCDEFGH",
    "%_%_%_%_",
  ])("is not %j", (typed) => {
    expect(readInviteCode(typed)).toBeNull();
  });
});
