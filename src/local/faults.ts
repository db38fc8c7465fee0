import { chanceOf } from "./demo/random.ts";

/** One line of a fault table: what goes wrong, how often, and for which calls. */
export interface Fault<Mode extends string = string> {
  mode: Mode;
  /** How many of the matching calls fail, 0 to 1; 1 when left out. */
  share?: number;
  /** Whether the call takes effect before it fails; "before" (no effect) when left out. */
  when?: "before" | "after";
  /** A regular expression, case ignored, on what the stand-in matches (SQL text, recipient). */
  match?: string;
  /** The line is used up after so many failures; without it, it stays until it is cleared. */
  times?: number;
  /** For "slow": milliseconds added to the answer. */
  delay_ms?: number;
}

/** A table of faults that a stand-in looks into at every call. */
export interface FaultTable<Mode extends string = string> {
  /**
   * Replaces the whole table. With a seed (a whole number), the same calls in the same order meet the
   * same faults again. Raises a RangeError that names the wrong line.
   */
  set(faults: readonly Fault<Mode>[], seed?: number): void;
  /**
   * The same for JSON from outside, a list or `{ "seed": n, "faults": [] }`: anything else, or a line
   * that is not well-formed, raises a RangeError.
   */
  setFromJson(json: unknown): void;
  list(): Fault<Mode>[];
  clear(): void;
  /**
   * The first line that matches and whose share comes up, counted as used; null for none. `eligible`
   * leaves lines of other modes aside.
   */
  pick(subject: string, eligible?: (mode: Mode) => boolean): Fault<Mode> | null;
  /** How many calls failed on order since the start. */
  readonly injected: number;
}

interface ArmedFault<Mode extends string> {
  fault: Fault<Mode>;
  pattern: RegExp | null;
  left: number;
}

export interface FaultTableOptions<Mode extends string> {
  /** Modes that stand for a refusal: there is no effect that they could come after. */
  refusals?: readonly Mode[];
  /** Decides which calls a `share` hits where no seed is given: numbers from 0 to under 1. */
  random?: (() => number) | undefined;
}

/** A fault table that knows these modes. */
export function createFaultTable<Mode extends string>(
  modes: readonly Mode[],
  { refusals = [], random = Math.random }: FaultTableOptions<Mode> = {},
): FaultTable<Mode> {
  let armed: ArmedFault<Mode>[] = [];
  let injected = 0;
  const byChance = (share: number): boolean => random() < share;
  let happens = byChance;
  const arm = (faults: readonly unknown[], seed?: number): void => {
    armed = faults.map((line, index) => armFault(line, index, modes, refusals));
    const chance = seed === undefined ? null : chanceOf(seed);
    happens = chance === null ? byChance : (share) => chance.happens(share);
  };
  return {
    set: arm,
    setFromJson(json) {
      const { seed, faults } = Array.isArray(json)
        ? { seed: undefined, faults: json }
        : orderIn(json);
      arm(faults, seed);
    },
    list: () => armed.map(({ fault }) => fault),
    clear() {
      armed = [];
    },
    pick(subject, eligible) {
      if (armed.length === 0) return null;
      const found = armed.find(
        ({ fault, pattern }) =>
          (eligible?.(fault.mode) ?? true) &&
          (pattern === null || pattern.test(subject)) &&
          happens(fault.share ?? 1),
      );
      if (found === undefined) return null;
      found.left -= 1;
      if (found.left === 0) armed = armed.filter((line) => line !== found);
      injected += 1;
      return found.fault;
    },
    get injected() {
      return injected;
    },
  };
}

function orderIn(json: unknown): { seed: number; faults: unknown[] } {
  const { seed, faults, ...rest } = (json ?? {}) as Partial<Record<string, unknown>>;
  if (!Array.isArray(faults) || !Number.isSafeInteger(seed) || Object.keys(rest).length > 0) {
    throw new RangeError(
      "faults: a JSON list is expected, or one under `faults` with a whole `seed`",
    );
  }
  return { seed: seed as number, faults };
}

function armFault<Mode extends string>(
  line: unknown,
  index: number,
  modes: readonly Mode[],
  refusals: readonly Mode[],
): ArmedFault<Mode> {
  const fail = (what: string): never => {
    throw new RangeError(`faults[${index}]: ${what}`);
  };
  if (typeof line !== "object" || line === null) return fail("an object is expected");
  const {
    mode,
    share,
    when,
    match,
    times,
    delay_ms: delayMs,
    ...unknown
  } = line as Partial<Record<string, unknown>>;
  const [strange] = Object.keys(unknown);
  if (strange !== undefined) return fail(`${strange} is no field of a fault`);
  const known = modes.find((name) => name === mode);
  if (known === undefined) return fail(`mode must be one of ${modes.join(", ")}`);
  const fault: Fault<Mode> = { mode: known };
  if (share !== undefined) {
    if (typeof share !== "number" || !(share >= 0 && share <= 1)) return fail("share is 0 to 1");
    fault.share = share;
  }
  if (when !== undefined) {
    if (when !== "before" && when !== "after") return fail('when is "before" or "after"');
    if (when === "after" && refusals.includes(known))
      return fail(`${known} has no effect before it`);
    fault.when = when;
  }
  if (times !== undefined) {
    if (typeof times !== "number" || !Number.isInteger(times) || times < 1) {
      return fail("times is a whole number from 1 on");
    }
    fault.times = times;
  }
  if (delayMs !== undefined) {
    if (typeof delayMs !== "number" || !(delayMs >= 0)) return fail("delay_ms is 0 or more");
    fault.delay_ms = delayMs;
  }
  let pattern: RegExp | null = null;
  if (match !== undefined) {
    if (typeof match !== "string") return fail("match is a regular expression");
    try {
      pattern = new RegExp(match, "i");
    } catch {
      return fail("match is no regular expression");
    }
    fault.match = match;
  }
  return { fault, pattern, left: fault.times ?? Number.POSITIVE_INFINITY };
}
