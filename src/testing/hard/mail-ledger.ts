import type { Chance } from "../../local/demo/random.ts";
import type { Fault } from "../../local/faults.ts";
import type { MailFaultMode } from "../../local/postmark/mail-catcher.ts";

/** Every way a call can fail; those with `after` take effect first, so that only the answer is lost. */
const CALL_FAULTS: Fault<MailFaultMode>[] = [
  { mode: "refused" },
  { mode: "lost" },
  { mode: "too_many" },
  { mode: "bad_token" },
  { mode: "mixed" },
  { mode: "slow", delay_ms: 400 },
  { mode: "hung" },
  ...(["cut_off", "server_error", "html", "broken_json"] as const).flatMap((mode) => [
    { mode },
    { mode, when: "after" as const },
  ]),
];

export type MailShares = {
  /** Of the calls that fail. */
  calls: number;
  /** Of the single messages of a call that Postmark will not have: 406 and 300, each as often. */
  messages: number;
  modes?: readonly MailFaultMode[];
};

/** What became of mails on the way to Postmark and back, as only the stand-in and whoever kills can know it. */
export class MailLedger {
  readonly modes = new Map<string, number>();
  calls = 0;
  /** How often the answer to an acceptance was lost, by outbox id. */
  readonly unheard = new Map<string, number>();
  readonly #chance: Chance;
  readonly #shares: MailShares;
  readonly #faults: readonly Fault<MailFaultMode>[];
  #deck: Fault<MailFaultMode>[] = [];

  constructor(chance: Chance, shares: MailShares) {
    this.#chance = chance;
    this.#shares = shares;
    const { modes } = shares;
    this.#faults = CALL_FAULTS.filter(({ mode }) => modes?.includes(mode) ?? true);
  }

  /** Decides how a call, or a single message of one, fails. */
  pick(subject: string): Fault<MailFaultMode> | null {
    if (!subject.startsWith("[")) return this.#pickForMessage();
    this.calls += 1;
    if (!this.#chance.happens(this.#shares.calls)) return null;
    // Dealt like cards, so that each kind comes up as often as the others.
    if (this.#deck.length === 0) this.#deck = this.#chance.shuffled(this.#faults);
    const fault = this.#deck.pop();
    if (!fault) return null;
    const name = `${fault.mode}${fault.when ? ", accepted" : ""}`;
    this.modes.set(name, (this.modes.get(name) ?? 0) + 1);
    if (fault.mode === "lost" || fault.when === "after") this.noteUnheard(idsIn(subject));
    return fault;
  }

  /** Notes mails whose acceptance nobody may have lived to hear, or to write down. */
  noteUnheard(ids: readonly string[]): void {
    for (const id of ids) this.unheard.set(id, (this.unheard.get(id) ?? 0) + 1);
  }

  #pickForMessage(): Fault<MailFaultMode> | null {
    if (!this.#chance.happens(this.#shares.messages)) return null;
    return { mode: this.#chance.pick(["inactive", "invalid"]) };
  }
}

function idsIn(body: string): string[] {
  const messages = JSON.parse(body) as { Metadata: { outbox_id: string } }[];
  return messages.map(({ Metadata }) => Metadata.outbox_id);
}
