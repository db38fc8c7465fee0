import fc from "fast-check";
import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

const HASH_MS = 350;

it("gives each who comes at once a later turn, and none to whom it would take too long", () => {
  const turns = new Turns(1_500);
  const taken = [1, 2, 3, 4].map(() => turns.take(HASH_MS, 0)?.due_at ?? null);
  expect(taken).toEqual([0, 700, 1_400, null]);
  expect(turns.take(HASH_MS, 650)?.due_at).toBe(2_100);
});

it("needs nothing given back: whoever was cut off is out of the way by the clock alone", () => {
  const turns = new Turns(0);
  expect(turns.begin(turns.take(HASH_MS, 0)!, 0)).toBe(0);
  expect(turns.take(HASH_MS, 699)).toBeNull();
  expect(turns.take(HASH_MS, 700)).not.toBeNull();
});

it("goes to the next where one is given back", () => {
  const turns = new Turns(0);
  turns.leave(turns.take(HASH_MS, 0)!);
  expect(turns.take(HASH_MS, 0)?.due_at).toBe(0);
});

it("leaves everybody else more time where the work took longer than foreseen", () => {
  const turns = new Turns(1_500);
  const [first, second, third] = [0, 0, 0].map((now) => turns.take(HASH_MS, now)!);
  expect(turns.begin(first!, 0)).toBe(0);
  turns.end(0, 1_000);
  expect(turns.begin(second!, 1_000)).toBe(1_000);
  expect(turns.take(HASH_MS, 1_000)?.due_at).toBe(2_100);
  expect(turns.begin(second!, 2_000)).toBe(0);
  turns.end(2_000, 3_500);
  expect(turns.begin(third!, 3_500)).toBeNull();
});

it("never turns away who comes alone, however long the one before them took", () => {
  const turns = new Turns(1_500);
  expect(turns.begin(turns.take(HASH_MS, 0)!, 0)).toBe(0);
  turns.end(0, 60_000);
  expect(turns.take(HASH_MS, 60_000)?.due_at).toBe(61_500);
});

it("never lets two follow each other without as much time between, whoever comes when", () => {
  const guests = fc.array(
    fc.record({
      after: fc.nat(2_000),
      foreseen: fc.integer({ min: 1, max: 400 }),
      took: fc.integer({ min: 1, max: 1_500 }),
    }),
  );
  fc.assert(
    fc.property(guests, fc.nat(3_000), (arrivals, patience_ms) => {
      const turns = new Turns(patience_ms);
      let now = 0;
      let rests_until = 0;
      for (const { after, foreseen, took } of arrivals) {
        now += after;
        const turn = turns.take(foreseen, now);
        if (!turn) continue;
        const wait_ms = turns.begin(turn, now);
        if (wait_ms === null) continue;
        expect(wait_ms).toBeLessThanOrEqual(2 * patience_ms);
        now += wait_ms;
        if (wait_ms > 0) expect(turns.begin(turn, now)).toBe(0);
        expect(now).toBeGreaterThanOrEqual(rests_until);
        turns.end(now, now + took);
        now += took;
        rests_until = now + Math.min(took, patience_ms);
      }
    }),
  );
});

it("does the work in its turn, and says so where there was none for it", async () => {
  const turns = new Turns(0);
  const turn = turns.take(1_000)!;
  expect(await turns.run(turn, async () => "done")).toEqual({ done: "done" });
  expect(await turns.run(turn, async () => "done")).toBeNull();
});
