/** How long something took, in ms. */
export type Timed = { what: string; ms: number };

/** The longest that a request may take, and that a route may need to be well again, in ms. */
export const AT_MOST_MS = 5_000;
/** What the machine may be held to blame for: a Worker that blocks itself answers nobody either. */
const MOST_OF_THE_MACHINE_MS = 500;

/** Those that took longer than they may, but for what the machine was busy with; and the longest. */
export function late(
  timed: readonly Timed[],
  machine_ms: number,
): { late: string[]; longest: string } {
  const pardoned_ms = Math.min(machine_ms, MOST_OF_THE_MACHINE_MS);
  const own = timed.map(({ what, ms }) => ({ what, ms: Math.round(ms - pardoned_ms) }));
  const longest = Math.round(Math.max(...timed.map(({ ms }) => ms)));
  return {
    late: own.filter(({ ms }) => ms > AT_MOST_MS).map(({ what, ms }) => `late: ${what}, ${ms} ms`),
    longest: `${longest} ms (machine ${Math.round(machine_ms)})`,
  };
}
