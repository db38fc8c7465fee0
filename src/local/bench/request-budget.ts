/** API.md: exactly 100 requests in any 60 s a user. */
const LIMIT = 100;
/** The server counts a request when it gets it, which is at most this much later than it was sent. */
const WINDOW_MS = 60_000 + 2_000;

/**
 * Hands out people so that none of them passes the rate limit: a bench that ran into it would measure
 * refusals. Takes turns, so that requests under way at once are those of different people.
 */
export class RequestBudget {
  private readonly sent: number[][];
  private turn = 0;
  private active: number;

  /** Takes how many people there are; they are known by their index. */
  constructor(people: number) {
    this.sent = Array.from({ length: people }, () => []);
    this.active = people;
  }

  /** Takes turns among so many of the people from here on; gives how many that are. */
  narrow(people: number): number {
    this.active = Math.min(people, this.sent.length);
    this.turn = 0;
    return this.active;
  }

  /** How many requests they may send in a window, all together. */
  get capacity(): number {
    return this.active * LIMIT;
  }

  /** Gives somebody who may send a request at `now` (ms), and counts it; null where nobody may. */
  take(now: number): number | null {
    for (let tried = 0; tried < this.active; tried += 1) {
      const person = this.turn;
      this.turn = (this.turn + 1) % this.active;
      if (this.takeOf(person, now)) return person;
    }
    return null;
  }

  /** Counts a request of one person at `now`; says whether they may send it. */
  takeOf(person: number, now: number): boolean {
    const sent = this.current(person, now);
    if (sent.length >= LIMIT) return false;
    sent.push(now);
    return true;
  }

  /** How many requests they may send at `now`, all together. */
  left(now: number): number {
    return this.recent(now).reduce((sum, sent) => sum + LIMIT - sent.length, 0);
  }

  /** How long from `now` until `wanted` requests may be sent, in ms; for ever is for more than all may. */
  waitFor(wanted: number, now: number): number {
    const missing = wanted - this.left(now);
    if (missing <= 0) return 0;
    const sent = this.recent(now)
      .flat()
      .sort((a, b) => a - b);
    const freeing = sent[missing - 1];
    return freeing === undefined ? Infinity : freeing + WINDOW_MS - now + 1;
  }

  private recent(now: number): number[][] {
    return Array.from({ length: this.active }, (_, person) => this.current(person, now));
  }

  private current(person: number, now: number): number[] {
    const sent = this.sent[person] ?? [];
    const first = sent.findIndex((at) => at > now - WINDOW_MS);
    if (first !== 0) sent.splice(0, first === -1 ? sent.length : first);
    return sent;
  }
}
