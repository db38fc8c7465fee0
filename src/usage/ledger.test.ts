import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "../platform/ids.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../platform/time/instant.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import type { HeldItem, IncomingItem } from "./items.ts";
import { Ledger } from "./ledger.part.ts";

const now = Date.parse("2026-03-30T12:00:00Z");
/** Over the spring change of Paris, with a move to New York and a later day start on the way. */
const history: DayHistory = [
  { since: 0, timezone: "Europe/Paris", day_start_minute: 0 },
  { since: Date.parse("2026-03-29T15:00:00Z"), timezone: "America/New_York", day_start_minute: 0 },
  {
    since: Date.parse("2026-03-30T02:00:00Z"),
    timezone: "America/New_York",
    day_start_minute: 240,
  },
];
const dates = ["2026-03-28", "2026-03-29", "2026-03-30"];

const app = fc.constantFrom("instagram", "youtube", "an.app");
const device_id = fc.constantFrom("phone", "tablet", "watch");
const shared = (name: string) => ({
  app: name,
  client_app: name,
  app_name: null,
  category: name === "youtube" ? ("video" as const) : ("social" as const),
});
const interval = fc
  .record({
    app,
    device_id,
    minute: fc.nat(3 * 24 * 60 - 300),
    minutes: fc.integer({ min: 1, max: 300 }),
  })
  .map((one): IncomingItem => {
    const started_s = Math.floor((now - 3 * DAY_MS) / SECOND_MS) + one.minute * 60;
    const ended_s = started_s + one.minutes * 60;
    const id = `${one.app}/${one.device_id}/${started_s}/${ended_s}`;
    return {
      ...shared(one.app),
      kind: "interval",
      id,
      device_id: one.device_id,
      started_s,
      ended_s,
    };
  });
const total = fc
  .record({
    app,
    device_id,
    kind: fc.constantFrom("day_total" as const, "threshold" as const),
    date: fc.constantFrom(...dates),
    seconds: fc.nat(20_000),
  })
  .map((one): IncomingItem => ({
    ...one,
    ...shared(one.app),
    id: `${one.app}/${one.device_id}/${one.date}`,
  }));
const items = fc.array(fc.oneof(interval, total), { minLength: 1, maxLength: 30 });
/** The same items resent and reordered, cut into batches. */
const runs = items.chain((list) =>
  fc.record({
    list: fc.constant(list),
    again: fc.shuffledSubarray([...list, ...list, ...list], {
      minLength: list.length * 3,
      maxLength: list.length * 3,
    }),
    size: fc.integer({ min: 1, max: 12 }),
  }),
);

async function withLedger<T>(work: (open: () => Ledger) => T): Promise<T> {
  const stub = env.USER.get(env.USER.idFromName(newId(now)));
  return await runInDurableObject(stub, (_object, { storage }) =>
    work(() => new Ledger(storage, () => history)),
  );
}

/** Everything a ledger says of these days: what is shown, and what counts. */
function stateOf(ledger: Ledger) {
  return dates.flatMap((date) =>
    [ledger.shown(date), ledger.book(ledger.ownDays(true), date)].map((book) => ({
      date,
      total: book.total_seconds,
      apps: book.apps(),
      categories: book.categories(),
      devices: book.devices(),
    })),
  );
}

function record(ledger: Ledger, list: readonly IncomingItem[], size: number): HeldItem[] {
  const changed: HeldItem[] = [];
  for (let from = 0; from < list.length; from += size) {
    const batch = list.slice(from, from + size).map((item, index) => ({ index, item }));
    changed.push(
      ...ledger.record({ items: batch, reported_dates: [], device_id: null }, now).changed,
    );
  }
  return changed;
}

describe("a ledger", () => {
  it.each([1, Date.now()])(
    "ends in the same state whatever the order, the batches and the resends (seed %i)",
    async (seed) => {
      await fc.assert(
        fc.asyncProperty(runs, async ({ list, again, size }) => {
          const plain = await withLedger((open) => {
            const ledger = open();
            record(ledger, list, list.length);
            return stateOf(open());
          });
          const shuffled = await withLedger((open) => {
            const ledger = open();
            // Open books are kept right as items come in; a fresh ledger makes them anew.
            stateOf(ledger);
            record(ledger, again, size);
            expect(stateOf(ledger)).toEqual(stateOf(open()));
            return stateOf(ledger);
          });
          expect(shuffled).toEqual(plain);
        }),
        { seed, numRuns: 40 },
      );
    },
    60_000,
  );

  it.each([1, Date.now()])(
    "shows less and counts the same when items are deleted, at any time (seed %i)",
    async (seed) => {
      const deletions = fc.record({ list: items, gone: fc.array(fc.nat(29), { maxLength: 5 }) });
      await fc.assert(
        fc.asyncProperty(deletions, async ({ list, gone }) => {
          await withLedger((open) => {
            const ledger = open();
            const held = record(ledger, list, 7);
            const counted = () =>
              dates.map((date) => ledger.book(ledger.ownDays(true), date).total_seconds);
            const before = counted();
            const ids = gone.flatMap((n) => held[n % held.length]?.id ?? []);
            stateOf(ledger);
            for (const id of ids) expect(ledger.remove(id, now)).not.toBeNull();
            expect(counted()).toEqual(before);
            expect(stateOf(ledger)).toEqual(stateOf(open()));
            record(ledger, list, 3);
            expect(stateOf(ledger)).toEqual(stateOf(open()));
            expect(counted()).toEqual(before);
          });
        }),
        { seed, numRuns: 40 },
      );
    },
    60_000,
  );

  it("knows what waits for MySQL, and forgets it only once it stands there", async () => {
    await withLedger((open) => {
      const ledger = open();
      const list = fc.sample(interval, { seed: 3, numRuns: 20 });
      const changed = record(ledger, list, 5);
      const first = ledger.outbox.waiting(10);
      expect(first.items).toHaveLength(10);
      expect(first.is_all).toBe(false);
      record(ledger, fc.sample(total, { seed: 4, numRuns: 3 }), 3);
      ledger.outbox.confirm(first.through);
      const rest = open().outbox.waiting(100);
      expect(rest.items.filter(({ kind }) => kind === "interval")).toHaveLength(
        changed.length - 10,
      );
      ledger.outbox.confirm(rest.through);
      expect(open().outbox.waiting(100)).toMatchObject({ items: [], is_all: true });
    });
  });

  it("keeps what is old until all of it stands in MySQL, then lets go of it", async () => {
    await withLedger((open) => {
      const ledger = open();
      record(ledger, fc.sample(fc.oneof(interval, total), { seed: 5, numRuns: 20 }), 5);
      const later = now + 60 * DAY_MS + HOUR_MS;
      expect(ledger.prune(later)).toBe(true);
      expect(ledger.shown(dates[1] ?? "").total_seconds).toBeGreaterThan(0);
      ledger.outbox.confirm(ledger.outbox.all().through);
      expect(ledger.prune(now + 30 * DAY_MS)).toBe(true);
      expect(ledger.shown(dates[1] ?? "").total_seconds).toBeGreaterThan(0);
      expect(ledger.prune(later)).toBe(false);
      expect(open().shown(dates[1] ?? "").total_seconds).toBe(0);
    });
  });
});
