/** A stretch of use, UTC ms, half-open. */
export type Stretch = { started_at: number; ended_at: number };

/** The seconds that stretches cover together: minutes that several devices report count once. */
export function secondsCovered(stretches: readonly Stretch[]): number {
  let covered_ms = 0;
  let until = -Infinity;
  for (const { started_at, ended_at } of [...stretches].sort(
    (a, b) => a.started_at - b.started_at,
  )) {
    if (ended_at <= until) continue;
    covered_ms += ended_at - Math.max(started_at, until);
    until = ended_at;
  }
  return covered_ms / 1_000;
}

/** Keeps what everybody used, and so what a board must say. */
export class Scores {
  readonly #used = new Map<string, Stretch[]>();
  readonly #silent = new Map<string, number>();

  /** Says how many seconds somebody's days without a report count at present. */
  setSilent(person: string, seconds: number): void {
    this.#silent.set(person, seconds);
  }

  /** Adds what somebody used. */
  add(person: string, stretches: readonly Stretch[]): void {
    this.#used.set(person, [...(this.#used.get(person) ?? []), ...stretches]);
  }

  /** The seconds that somebody has used. */
  usedBy(person: string): number {
    return secondsCovered(this.#used.get(person) ?? []);
  }

  /** Somebody's score in seconds, silent days included. */
  of(person: string): number {
    return this.usedBy(person) + (this.#silent.get(person) ?? 0);
  }

  /** These people, least time first. */
  ranked(people: readonly string[]): string[] {
    return people.toSorted((a, b) => this.of(a) - this.of(b));
  }
}
