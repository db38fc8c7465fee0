import { runInDurableObject } from "cloudflare:test";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { migrateSchema } from "../platform/objects/schema.ts";
import { factsSchema } from "./facts.schema.ts";
import { toldDaysIn, withNewer, type ToldDay } from "./told-days.ts";
import { boardStub } from "../testing/objects.ts";

const day = fc.tuple(
  fc.constantFrom("2026-03-01", "2026-03-02", "2026-03-03"),
  fc.nat(86_400),
  fc.constantFrom<0 | 1>(0, 1),
  fc.nat(5),
);

it("of each date what the newest report told is kept, however often and in whichever order", () => {
  fc.assert(
    fc.property(fc.array(fc.array(day)), (reports) => {
      let kept: ToldDay[] = [];
      for (const report of reports) {
        const before = JSON.stringify(kept);
        const next = withNewer(kept, report);
        if (next) kept = next;
        // Nothing is written where nothing is new.
        expect(next === null).toBe(JSON.stringify(kept) === before);
        expect(withNewer(kept, report)).toBeNull();
      }
      const told = reports.flat();
      for (const date of new Set(told.map(([of]) => of))) {
        const versions = told.filter(([of]) => of === date).map(([, , , version]) => version);
        const found = kept.filter(([of]) => of === date);
        expect(found.map(([, , , version]) => version)).toEqual([Math.max(...versions)]);
        expect(told).toContainEqual(found[0]);
      }
    }),
  );
});

it("a board of before takes its days along", async () => {
  await runInDurableObject(boardStub(randomUUID()), (_board, { storage }) => {
    migrateSchema(storage, "facts", factsSchema.slice(0, 3));
    const put =
      "INSERT INTO days (user_id, date, seconds, reported, version) VALUES (?, ?, ?, ?, ?)";
    storage.sql.exec(put, "ada", "2026-03-01", 60, 1, 7);
    storage.sql.exec(put, "ada", "2026-03-02", 0, 0, 8);
    storage.sql.exec(put, "bob", "2026-03-01", 5, 1, 1);
    migrateSchema(storage, "facts", factsSchema);
    const rows = storage.sql
      .exec<{ user_id: string; days: string }>("SELECT * FROM told")
      .toArray();
    expect(rows.map(({ user_id, days }) => [user_id, toldDaysIn(days)])).toEqual([
      [
        "ada",
        [
          ["2026-03-01", 60, 1, 7],
          ["2026-03-02", 0, 0, 8],
        ],
      ],
      ["bob", [["2026-03-01", 5, 1, 1]]],
    ]);
  });
});
