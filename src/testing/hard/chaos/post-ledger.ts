import type { Chance } from "../../../local/demo/random.ts";
import type { PlanetScaleFaultMode } from "../../../local/planetscale/endpoint.ts";
import type { Fault } from "../../../local/faults.ts";
import { MailLedger } from "../mail-ledger.ts";
import type { HardStack } from "../hard-stack.ts";

/** Until when after an acceptance the Worker still tries to write it down, in ms. */
const WRITTEN_DOWN_MS = 30_000;
const FAULTY_CALLS = 0.15;

/** A mail ledger that also knows when nobody could write down that a mail was accepted. */
export class PostLedger extends MailLedger {
  /** When the Worker or the database was killed, ms since the epoch. */
  readonly #kills: number[] = [];
  /** How many statements failed on order that speak of a mail's fate, by outbox id. */
  readonly #unwritten = new Map<string, number>();

  constructor(chance: Chance) {
    super(chance, {
      calls: FAULTY_CALLS,
      // Every mail must arrive: what Postmark will not have is tried elsewhere.
      messages: 0,
      modes: [
        "refused",
        "lost",
        "too_many",
        "slow",
        "hung",
        "cut_off",
        "server_error",
        "html",
        "broken_json",
      ],
    });
  }

  /** Has mails fail by this ledger, and watches the statements about them that fail on order. */
  attach(stack: HardStack): void {
    const { mail, planetscale } = stack;
    mail.faults.pick = (subject) => this.pick(subject);
    const pick = planetscale.faults.pick.bind(planetscale.faults);
    planetscale.faults.pick = (sql, eligible): Fault<PlanetScaleFaultMode> | null => {
      const fault = pick(sql, eligible);
      if (fault && /^update `emails`/i.test(sql)) this.#noteUnwritten(sql);
      return fault;
    };
  }

  /** Notes that the Worker or the database is being killed. */
  noteKill(): void {
    this.#kills.push(Date.now());
  }

  /** How many more copies of a mail there may be than one, by when each was accepted (ms). */
  mayBeDoubled(id: string, accepted: readonly number[]): number {
    const lost = this.unheard.get(id) ?? 0;
    const cut = accepted.filter((at) =>
      this.#kills.some((kill) => kill >= at - 50 && kill <= at + WRITTEN_DOWN_MS),
    );
    // A statement that fails is tried again: only several failures in a row leave a mail unwritten.
    const unwritten = Math.floor((this.#unwritten.get(id) ?? 0) / 4);
    return lost + cut.length + unwritten;
  }

  #noteUnwritten(sql: string): void {
    for (const [, id] of sql.matchAll(/'([0-9a-f-]{36})'/g)) {
      if (id !== undefined) this.#unwritten.set(id, (this.#unwritten.get(id) ?? 0) + 1);
    }
  }
}
