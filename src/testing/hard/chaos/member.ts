import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Phone, Reply } from "../../outage/phone.ts";
import type { Tally } from "../usage/lane.ts";
import type { Model } from "../usage/model.ts";
import { OwnDates, type Rule } from "../usage/own-dates.ts";
import type { Person } from "../usage/people.ts";
import type { Contest, Part } from "./contest.ts";
import { Gate } from "./gate.ts";
import { Limits } from "./limits.ts";

const DAY_S = 86_400;

/** A move to another zone: it came into force between these instants (s). */
export type Move = { timezone: string; from_s: number; to_s: number };
/** Where somebody stands with a challenge; `unsure` where an answer was lost and the call not repeated. */
export type Membership = {
  state: "in" | "out" | "unsure";
  part: Part;
  /** Every zone they had since they joined: which of them is played by was decided at the start. */
  zones: Set<string>;
  /** It had begun before the run did: nothing moves the zone any more. */
  is_frozen: boolean;
};

/** An answer, and how many tries before it were not heard of. */
export type Heard = { reply: Reply; unheard: number };

/** One person of a run: what they did, and what that comes to. */
export class Member {
  readonly name: string;
  readonly phone: Phone;
  readonly plan: Person["plan"];
  readonly model: Model;
  readonly limits: Limits;
  readonly gate = new Gate();
  readonly moves: Move[] = [];
  readonly memberships = new Map<string, Membership>();
  readonly wants_alert_mails: boolean;
  display_name: string;
  /** How many resets may have counted without anybody having heard of it. */
  doubtfulResets = 0;
  /** What they did besides reporting usage, for who has to find out why something differs. */
  readonly diary: string[] = [];
  readonly #tally: Tally;

  constructor(person: Person, index: number, tally: Tally, wants_alert_mails: boolean) {
    this.name = `person ${index} (${person.phone.user_id})`;
    this.phone = person.phone;
    this.plan = person.plan;
    this.model = person.model;
    this.limits = new Limits(person.model);
    this.display_name = "Grace";
    this.wants_alert_mails = wants_alert_mails;
    this.#tally = tally;
  }

  /** The zone and day start that hold now. */
  get rule(): Rule {
    const rule = this.rules.at(-1);
    if (!rule) throw new RangeError("no rule");
    return rule;
  }

  /** All own days so far, in the order in which their rules came into force. */
  get rules(): Rule[] {
    const { day_start_minute = 0 } = this.plan.rules.at(-1) ?? {};
    const moved = this.moves.map(({ timezone, to_s }) => ({
      since_s: Math.floor(to_s),
      timezone,
      day_start_minute,
    }));
    return [...this.plan.rules, ...moved];
  }

  /** Counts by these days from now on. */
  takeDays(rules: readonly Rule[], now_s: number): void {
    this.model.dates = new OwnDates(rules, now_s - 36 * DAY_S, now_s + 4 * DAY_S);
  }

  /** Repeats a call until the server has said what became of it, as a phone does, under a key where it creates. */
  async insist(method: string, path: string, body?: object, creates = false): Promise<Heard> {
    const key = creates ? randomUUID() : undefined;
    for (let unheard = 0; ; unheard += 1) {
      const reply = await this.once(method, path, body, key);
      if (reply !== null) {
        this.note(method, path, body, reply, unheard);
        return { reply, unheard };
      }
      await pause(150);
    }
  }

  /** The same for what the diary need not hold. */
  async insistQuietly(method: string, path: string): Promise<Reply> {
    for (;;) {
      const reply = await this.once(method, path);
      if (reply !== null) return reply;
      await pause(150);
    }
  }

  /** One try; null where nobody knows what became of it. */
  async once(method: string, path: string, body?: object, key?: string): Promise<Reply | null> {
    for (;;) {
      const reply = await this.phone.call(method, path, body, key);
      const isRunning = reply.body["code"] === "in_progress";
      if (reply.status === 429 || isRunning) {
        if (!isRunning) this.#tally.rate_limited += 1;
        await pause(1_000);
        continue;
      }
      if (reply.status === 0) this.#tally.cut_off += 1;
      else if (reply.status === 503) this.#tally.unavailable += 1;
      else return reply;
      return null;
    }
  }

  /** Notes a call whose answer was nobody's business any more. */
  noteUnheard(method: string, path: string): void {
    this.#write(`${method} ${path}: never heard of`);
  }

  /** The lines of the diary that speak of something. */
  diaryOf(word: string): string[] {
    return this.diary.filter((line) => line.includes(word));
  }

  /** Whether they play in a contest as far as is known, or may. */
  membershipIn({ id }: Contest): Membership | undefined {
    return this.memberships.get(id);
  }

  private note(
    method: string,
    path: string,
    body: object | undefined,
    { status, body: answer }: Reply,
    unheard: number,
  ): void {
    const said = body ? ` ${JSON.stringify(body)}` : "";
    const code = typeof answer["code"] === "string" ? ` ${answer["code"]}` : "";
    const made = method === "POST" && typeof answer["id"] === "string" ? ` ${answer["id"]}` : "";
    const tries = unheard === 0 ? "" : ` after ${unheard} tries that nobody heard of`;
    this.#write(`${method} ${path}${said}: ${status}${code}${made}${tries}`);
  }

  #write(words: string): void {
    this.diary.push(`at ${new Date().toISOString().slice(11, 23)}: ${words}`);
  }
}
