import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIONS } from "./actions.ts";
import { searchOf } from "./search.ts";

const names = Object.keys(ACTIONS);

describe("a search's text", () => {
  it.each([
    ["01957F00-0000-7000-8000-000000000001", "id", "01957f00-0000-7000-8000-000000000001"],
    [" 192.0.2.7 ", "ip", "192.0.2.7"],
    ["2001:DB8:0:0::7", "ip", "2001:db8::7"],
    ["8f2c1d7a9b3e4f60-CDG", "request", "8f2c1d7a9b3e4f60-CDG"],
  ])("%s is taken for what it is", (text, kind, value) => {
    const { kind: found, ...rest } = searchOf(text);
    expect([found, ...Object.values(rest)]).toEqual([kind, value]);
  });

  it("that is a part of actions' names means these actions, all of them", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.nat(), (name, from, length) => {
        const start = from % name.length;
        const part = name.slice(start, start + 1 + (length % name.length));
        expect(searchOf(part.toUpperCase())).toEqual({
          kind: "actions",
          actions: names.filter((one) => one.includes(part)),
        });
      }),
    );
  });

  it.each([
    "",
    " ",
    "999.1.1.1",
    "::1::",
    "short",
    "50%",
    "ada@example.com",
    "'; drop table",
    "\0",
  ])("%j finds nothing", (text) => expect(searchOf(text)).toEqual({ kind: "nothing" }));

  it("never fails, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(searchOf(text).kind).toBeTypeOf("string");
      }),
    );
  });
});
