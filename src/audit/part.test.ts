import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "../platform/ids.ts";
import { DAY_MS } from "../platform/time/instant.ts";
import type { LogRow } from "./entry.ts";
import { cutPart, PART_ROWS, partName, peopleIn, rowsIn, textOf } from "./part.ts";

const START = Date.parse("2026-03-10T00:00:00Z");
const idsAt = (instants: readonly number[]) =>
  [...instants].sort((one, other) => one - other).map((at) => ({ id: newId(at) }));

describe("a part of the archive", () => {
  it("is cut alike by whoever cuts, up to whatever day", () => {
    const hours = fc.array(fc.integer({ min: 0, max: 5 * 24 - 1 }), { maxLength: 60 });
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 5 }), (at, days) => {
        const all = idsAt(at.map((hour) => START + hour * (DAY_MS / 24)));
        const end = newId(START + days * DAY_MS).slice(0, 13);
        const older = all.filter(({ id }) => id.slice(0, 13) < end);
        const part = cutPart(all);
        if (older.length > 0) expect(cutPart(older)).toEqual(part);
        expect(all.slice(0, part.length)).toEqual(part);
        expect(part.length > 0).toBe(all.length > 0);
      }),
    );
  });

  it("ends with its day, and holds so many acts at most", () => {
    const day = Array.from({ length: PART_ROWS + 5 }, (_, n) => START + n);
    const all = idsAt([...day, START + DAY_MS]);
    expect(cutPart(all)).toHaveLength(PART_ROWS);
    expect(cutPart(all.slice(PART_ROWS))).toHaveLength(5);
  });

  it("is named by its day and its ids", () => {
    const name = partName(newId(START + DAY_MS - 1), newId(START + DAY_MS));
    expect(name).toMatch(/^audit\/2026\/03\/10\/[0-9a-f-]{36}-[0-9a-f-]{36}\.ndjson\.gz$/);
    expect(name.length).toBeLessThanOrEqual(120);
  });

  it("gives back the very acts that were put into it", () => {
    const anyText = fc.string({ unit: "binary" });
    const anyRow: fc.Arbitrary<LogRow> = fc.record({
      id: fc.uuid(),
      level: fc.constantFrom("info", "warning", "error"),
      action: fc.constant("users.changed"),
      user_id: fc.option(fc.uuid()),
      actor_id: fc.option(fc.uuid()),
      ip: fc.option(fc.ipV4()),
      user_agent: fc.option(anyText),
      request_id: fc.option(anyText),
      context: fc.dictionary(fc.constantFrom("a", "b", "\u2028"), anyText, {
        noNullPrototype: true,
      }),
      personal: fc.option(
        fc.dictionary(fc.constantFrom("name"), fc.jsonValue(), { noNullPrototype: true }),
      ),
      created_at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    });
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 5 }), (rows) => {
        expect(rowsIn(textOf(rows))).toEqual(JSON.parse(JSON.stringify(rows)));
        expect(textOf(rows).split("\n")).toHaveLength(rows.length + 1);
      }),
    );
  });

  it("tells everybody it names, once", () => {
    const named = (user_id: string | null, actor_id: string | null) => ({
      id: "",
      user_id,
      actor_id,
    });
    expect(
      peopleIn([named("a", "b"), named("b", "b"), named(null, "c"), named(null, null)]),
    ).toEqual(["a", "b", "c"]);
  });
});
