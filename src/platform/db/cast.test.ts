import { cast as driversCast } from "@planetscale/database";
import fc from "fast-check";
import { expect, it } from "vitest";
import { cast } from "./cast.ts";

const TYPES = ["VARCHAR", "CHAR", "TEXT", "JSON", "ENUM", "INT32", "INT64", "DECIMAL", "DATETIME"];

/** UTF-8 as the wire has it: a character a byte. */
const onTheWire = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));

it("reads every value as the driver does, whatever is in it", () => {
  const field = fc.record({
    name: fc.constant("field"),
    type: fc.constantFrom(...TYPES),
    charset: fc.constantFrom(63, 255, null),
  });
  fc.assert(
    fc.property(field, fc.option(fc.string({ unit: "binary" })), (given, text) => {
      const written = given.type === "JSON" && text !== null ? JSON.stringify([text]) : text;
      const value = written === null ? null : onTheWire(written);
      expect(cast(given, value)).toEqual(driversCast(given, value));
    }),
    { numRuns: 1_000 },
  );
});
