/** A source of chance that gives the same again for the same seed. */
export interface Chance {
  /** A whole number, both bounds included. */
  whole(from: number, to: number): number;
  /** One of a list. Raises a RangeError for an empty one. */
  pick<T>(list: readonly T[]): T;
  /** The same things in another order. */
  shuffled<T>(list: readonly T[]): T[];
  /** True in that share of the cases, 0 to 1. */
  happens(share: number): boolean;
}

/** A source of chance for a whole number as seed (mulberry32: small, and good enough for a story). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    whole,
    pick: (list) => {
      const picked = list[whole(0, list.length - 1)];
      if (picked === undefined) throw new RangeError("nothing to pick from");
      return picked;
    },
    shuffled: (list) =>
      list
        .map((thing) => ({ thing, place: next() }))
        .sort((a, b) => a.place - b.place)
        .map(({ thing }) => thing),
    happens: (share) => next() < share,
  };
}
