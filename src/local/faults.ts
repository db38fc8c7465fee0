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
  /** Replaces the whole table. Raises a RangeError that names the wrong line. */
  set(faults: readonly Fault<Mode>[]): void;
  /** The same for JSON from outside: anything but a list of well-formed lines raises a RangeError. */
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

/**
 * A fault table that knows these modes. `random` gives numbers from 0 to under 1; tests pass a seeded
 * one to make a run repeatable.
 */
export function createFaultTable<Mode extends string>(
  modes: readonly Mode[],
  random: () => number = Math.random,
): FaultTable<Mode> {
  let armed: ArmedFault<Mode>[] = [];
  let injected = 0;
  const arm = (faults: readonly unknown[]): void => {
    armed = faults.map((line, index) => armFault(line, index, modes));
  };
  return {
    set: arm,
    setFromJson(json) {
      if (!Array.isArray(json)) throw new RangeError("faults: a JSON list is expected");
      arm(json);
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
          random() < (fault.share ?? 1),
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

function armFault<Mode extends string>(
  line: unknown,
  index: number,
  modes: readonly Mode[],
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
  } = line as Partial<Record<string, unknown>>;
  const known = modes.find((name) => name === mode);
  if (known === undefined) return fail(`mode must be one of ${modes.join(", ")}`);
  const fault: Fault<Mode> = { mode: known };
  if (share !== undefined) {
    if (typeof share !== "number" || !(share >= 0 && share <= 1)) return fail("share is 0 to 1");
    fault.share = share;
  }
  if (when !== undefined) {
    if (when !== "before" && when !== "after") return fail('when is "before" or "after"');
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
