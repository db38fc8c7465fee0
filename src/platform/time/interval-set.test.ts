import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { IntervalSet } from "./interval-set.ts";

const anyInterval = fc.record({ start: fc.integer({ min: -20, max: 120 }), length: fc.nat(25) });

function secondsOf({ start, length }: { start: number; length: number }): number[] {
  return Array.from({ length }, (_, n) => start + n);
}

describe("a set of seconds", () => {
  it("counts an overlap once", () => {
    const set = new IntervalSet();
    expect(set.add(100, 160)).toBe(60);
    expect(set.add(130, 200)).toBe(40);
    expect(set.add(110, 150)).toBe(0);
    expect(set.seconds).toBe(100);
    expect(set.intervals()).toEqual([{ start: 100, end: 200 }]);
  });

  it("joins what touches, and swallows what lies between", () => {
    const set = new IntervalSet();
    for (const start of [0, 20, 40, 60]) set.add(start, start + 10);
    expect(set.add(10, 20)).toBe(10);
    expect(set.add(25, 65)).toBe(20);
    expect(set.intervals()).toEqual([{ start: 0, end: 70 }]);
  });

  it("is stored as differences, which stay small far from the epoch", () => {
    const set = new IntervalSet();
    set.add(1_700_000_000, 1_700_000_060);
    set.add(1_700_000_100, 1_700_000_110);
    expect(JSON.stringify(set)).toBe("[1700000000,60,40,10]");
  });

  it("equals a plain set of seconds after any additions", () => {
    fc.assert(
      fc.property(fc.array(anyInterval, { maxLength: 40 }), anyInterval, (additions, asked) => {
        const set = new IntervalSet();
        const plain = new Set<number>();
        for (const addition of additions) {
          const before = plain.size;
          for (const second of secondsOf(addition)) plain.add(second);
          const added = set.add(addition.start, addition.start + addition.length);
          expect(added).toBe(plain.size - before);
          expect(set.seconds).toBe(plain.size);
        }
        const listed = set
          .intervals()
          .flatMap(({ start, end }) => secondsOf({ start, length: end - start }));
        expect(listed).toEqual([...plain].sort((a, b) => a - b));
        const isCovered = secondsOf(asked).every((second) => plain.has(second));
        expect(set.covers(asked.start, asked.start + asked.length)).toBe(isCovered);
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps its intervals sorted and apart", () => {
    fc.assert(
      fc.property(fc.array(anyInterval, { maxLength: 40 }), (additions) => {
        const set = new IntervalSet();
        for (const { start, length } of additions) set.add(start, start + length);
        let previous = -Infinity;
        for (const { start, end } of set.intervals()) {
          expect(start).toBeGreaterThan(previous);
          expect(end).toBeGreaterThan(start);
          previous = end;
        }
      }),
    );
  });

  it("comes back whole from its stored form, and from a copy that then goes its own way", () => {
    fc.assert(
      fc.property(fc.array(anyInterval, { maxLength: 20 }), anyInterval, (additions, late) => {
        const set = new IntervalSet();
        for (const { start, length } of additions) set.add(start, start + length);
        const intervals = set.intervals();
        const seconds = set.seconds;
        const stored: unknown = JSON.parse(JSON.stringify(set));
        const copies = [set.clone(), IntervalSet.from(stored as number[])];
        for (const copy of copies) {
          expect(copy.intervals()).toEqual(intervals);
          expect(copy.seconds).toBe(seconds);
          copy.add(late.start, late.start + late.length);
        }
        expect(set.intervals()).toEqual(intervals);
        expect(set.seconds).toBe(seconds);
      }),
    );
  });

  it("takes only whole seconds, the right way round", () => {
    const set = new IntervalSet();
    expect(set.add(5, 5)).toBe(0);
    for (const [start, end] of [
      [5, 4],
      [0.5, 2],
      [NaN, 2],
      [0, Infinity],
    ] as const) {
      expect(() => set.add(start, end)).toThrow(RangeError);
    }
    expect(set.seconds).toBe(0);
  });

  it.each([[[1]], [[1, 0]], [[1, 5, -1, 2]], [[1.5, 2]], [[NaN, 2]], [[1, 5, 2]]])(
    "refuses %j as a stored form",
    (stored) => {
      expect(() => IntervalSet.from(stored)).toThrow(RangeError);
    },
  );
});
