import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Category } from "../catalogue/index.ts";
import { DayBook, type DayTotal, type Piece } from "./day-book.ts";

const DAY_SECONDS = 120;
const categoryOf: Record<string, Category> = { insta: "social", tube: "video", chat: "social" };
const apps = Object.keys(categoryOf);

const fields = {
  app: fc.constantFrom(...apps),
  device_id: fc.constantFrom("phone", "tablet", "watch"),
};
const pieces = fc
  .record({
    ...fields,
    started_s: fc.integer({ min: 0, max: DAY_SECONDS - 1 }),
    length: fc.nat(60),
  })
  .map(({ started_s, length, app, device_id }): Report => ({
    piece: {
      app,
      device_id,
      app_name: null,
      category: categoryOf[app] ?? "other",
      started_s,
      ended_s: Math.min(DAY_SECONDS, started_s + 1 + length),
    },
  }));
const totals = fc
  .record({ ...fields, variant: fc.constantFrom("a", "b"), seconds: fc.nat(80) })
  .map(({ app, device_id, variant, seconds }): Report => ({
    total: {
      app,
      device_id,
      client_app: `${app}.${variant}`,
      app_name: null,
      category: categoryOf[app] ?? "other",
      seconds,
    },
  }));
type Report = { piece: Piece } | { total: DayTotal };
const reports = fc.array(fc.oneof(pieces, totals), { maxLength: 25 });

/** Puts reports into a book the way its owner does: made anew, totals first, where it asks for that. */
function bookOf(list: readonly Report[], counts?: (app: string) => boolean): DayBook {
  let book = new DayBook(DAY_SECONDS, counts);
  const entered: Report[] = [];
  for (const report of list) {
    entered.push(report);
    if ("piece" in report) book.add(report.piece);
    else if (!book.put(report.total)) {
      book = new DayBook(DAY_SECONDS, counts);
      for (const one of entered) if ("total" in one) book.put(one.total);
      for (const one of entered) if ("piece" in one) book.add(one.piece);
    }
  }
  return book;
}

/** The rule in plain words, second by second. */
function byHand(list: readonly Report[], isIn: (app: string) => boolean) {
  const sumDevices = new Set(list.flatMap((one) => ("total" in one ? [one.total.device_id] : [])));
  const used = new Set<number>();
  let sums = 0;
  for (const one of list) {
    if (!("piece" in one) || sumDevices.has(one.piece.device_id) || !isIn(one.piece.app)) continue;
    for (let s = one.piece.started_s; s < one.piece.ended_s; s += 1) used.add(s);
  }
  for (const device of sumDevices) {
    let own = 0;
    for (const app of apps.filter(isIn)) {
      const largest = new Map<string, number>();
      const seconds = new Set<number>();
      for (const one of list) {
        if ("total" in one && one.total.device_id === device && one.total.app === app) {
          const { client_app } = one.total;
          largest.set(client_app, Math.max(largest.get(client_app) ?? 0, one.total.seconds));
        } else if ("piece" in one && one.piece.device_id === device && one.piece.app === app) {
          for (let s = one.piece.started_s; s < one.piece.ended_s; s += 1) seconds.add(s);
        }
      }
      const total = [...largest.values()].reduce((a, b) => a + b, 0);
      own += Math.max(total, seconds.size);
    }
    sums += Math.min(DAY_SECONDS, own);
  }
  return Math.min(DAY_SECONDS, used.size + sums);
}

function countersOf(book: DayBook) {
  return {
    total: book.total_seconds,
    apps: book.apps(),
    categories: book.categories(),
    devices: book.devices(),
    is_reported: book.is_reported,
  };
}

const seeds = [1, 2, Date.now()];

describe("a day's book", () => {
  it.each(seeds)("adds up as the rule says, second by second (seed %i)", (seed) => {
    fc.assert(
      fc.property(reports, (list) => {
        const book = bookOf(list);
        expect(book.total_seconds).toBe(byHand(list, () => true));
        // Of one app at a time no device's sum is capped before the others, so the rule is the same.
        for (const app of apps)
          expect(book.appSeconds(app)).toBe(byHand(list, (one) => one === app));
        const social = byHand(
          list.filter((one) => ("piece" in one ? one.piece : one.total).category === "social"),
          () => true,
        );
        if (!list.some((one) => "total" in one)) {
          expect(book.categorySeconds("social")).toBe(social);
        }
        expect(bookOf(list, (app) => app === "tube").total_seconds).toBe(
          byHand(list, (one) => one === "tube"),
        );
      }),
      { seed, numRuns: 300 },
    );
  });

  it.each(seeds)("is the same in whatever order and however often (seed %i)", (seed) => {
    const shuffled = reports.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray([...list, ...list], {
          minLength: list.length * 2,
          maxLength: list.length * 2,
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([list, again]) => {
        expect(countersOf(bookOf(again))).toEqual(countersOf(bookOf(list)));
      }),
      { seed, numRuns: 300 },
    );
  });

  it("never holds more than the day, in any counter", () => {
    const book = new DayBook(100);
    for (const device_id of ["a", "b"]) {
      for (const app of apps) {
        const app_name = null;
        book.put({ app, client_app: app, app_name, category: "social", device_id, seconds: 90 });
      }
    }
    expect(book.total_seconds).toBe(100);
    expect(book.deviceSeconds("a")).toBe(100);
    expect(book.appSeconds("insta")).toBe(100);
    expect(book.categorySeconds("social")).toBe(100);
  });

  it("knows a day as reported also by apps that do not count", () => {
    const book = new DayBook(100, () => false);
    expect(book.is_reported).toBe(false);
    book.add({
      app: "insta",
      app_name: null,
      category: "social",
      device_id: "a",
      started_s: 1,
      ended_s: 5,
    });
    expect([book.is_reported, book.total_seconds]).toEqual([true, 0]);
  });
});
