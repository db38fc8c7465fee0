import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "../ids.ts";
import { formatInstant } from "./instant.ts";
import { firstIdAt, instantOfId } from "./id-instant.ts";

/** From 1970 to the year 9999. */
const anyInstant = fc.integer({ min: 0, max: 253_402_300_799_999 });
const near = fc.integer({ min: -3, max: 3 });

describe("a bound of ids", () => {
  it("divides them exactly as their instants are divided", () => {
    fc.assert(
      fc.property(anyInstant, near, (at, offset) => {
        const made_at = Math.max(0, at + offset);
        expect(newId(made_at) >= firstIdAt(at)).toBe(made_at >= at);
      }),
    );
  });

  it("rises with its instant", () => {
    fc.assert(
      fc.property(anyInstant, anyInstant, (one, other) => {
        expect(firstIdAt(one) < firstIdAt(other)).toBe(one < other);
      }),
    );
  });

  it("lies before every id where the instant lies before 1970", () => {
    expect(firstIdAt(-62_135_596_800_000)).toBe("00000000-0000-0000-0000-000000000000");
  });

  it("tells the instant that an id was made at", () => {
    fc.assert(fc.property(anyInstant, (at) => instantOfId(newId(at)) === at));
    expect(formatInstant(instantOfId("01957f00-0000-7000-8000-000000000001"))).toBe(
      "2025-03-10T07:41:01.312Z",
    );
  });
});
