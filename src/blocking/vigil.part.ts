import { digestOf } from "../platform/digest.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { Alert } from "./alerts.ts";
import type { Decided, Decision } from "./decide.ts";
import { changedDecisions, type Policy } from "./policy.ts";
import type { State } from "./rule-state.ts";
import { Warden, type ResetAnswer, type WardenHome } from "./warden.part.ts";

/** What a connected phone hears of its owner's rules. */
export type PolicyFrame =
  | ({ type: "alert" } & Pick<Alert, "rule_id" | "percent" | "used_seconds" | "limit_seconds">)
  | { type: "blocked" | "unblocked"; rule_id: string }
  | { type: "policy"; policy_version: string };

/** What a vigil needs of the object it is part of; the jobs `policy`, `settle` and `alert_mail` are done by its alarm. */
export type VigilHome = WardenHome & {
  isHeard: () => boolean;
  tell: (frame: PolicyFrame) => void;
  /** Mails an alert where the user wants it. Repeatable; throwing means "again later". */
  mail: (alert: Alert) => Promise<void>;
  schedule: (kind: "policy" | "settle" | "alert_mail", due_at: Instant, key?: string) => void;
};

/** What phones were told last: how each rule stands, and by which rules and days. */
type Told = { states: Record<string, State>; basis: string };
const TOLD = "phones_told";
const UNMAILED = "unmailed_alert ";

/**
 * Watches over what the warden decides: tells connected phones what changes at once, has each alert
 * mailed once, and wakes when something changes by itself while somebody listens, or waits to be written.
 */
export class Vigil {
  private readonly storage: DurableObjectStorage;
  private readonly warden: Warden;
  private readonly home: VigilHome;

  constructor(storage: DurableObjectStorage, home: VigilHome) {
    this.storage = storage;
    this.warden = new Warden(storage, home);
    this.home = home;
  }

  /** What a phone needs to block by itself. */
  policy(now: Instant): Policy {
    return this.warden.policy(now);
  }

  /** Does work that may use time up; gives its result, and the decisions that it changed. */
  around<T>(now: Instant, work: () => T): { result: T; changed: Decision[] } {
    if (!this.warden.hasRules) return { result: work(), changed: [] };
    const before = this.warden.decided(now);
    const result = work();
    return { result, changed: changedDecisions(before.decisions, this.review(now).decisions) };
  }

  /** Puts a rule's used time of today back to 0; says why not, where not. */
  reset(rule_id: string, now: Instant): ResetAnswer {
    const answer = this.warden.reset(rule_id, now);
    // What is left may be more by less than a state: no phone can count that by itself.
    if (answer === "reset") this.review(now, true);
    return answer;
  }

  /** Takes up rules or days that have changed. */
  noteRules(now: Instant): void {
    this.warden.noteRules(now);
    const due = this.warden.nextDue();
    if (due !== null) this.home.schedule("settle", due);
    this.review(now);
  }

  /** What holds now, after usage, rules or time have moved; `isNews` says that phones must ask anew in any case. */
  review(now: Instant, isNews = false): Decided {
    const decided = this.warden.decided(now);
    for (const alert of this.warden.takeAlerts(decided, now)) {
      const { rule_id, percent, used_seconds, limit_seconds } = alert;
      this.home.tell({ type: "alert", rule_id, percent, used_seconds, limit_seconds });
      const key = `${rule_id}/${alert.date}/${percent}`;
      this.storage.kv.put(UNMAILED + key, alert);
      this.home.schedule("alert_mail", now, key);
    }
    if (this.home.isHeard()) this.tellChanges(decided, now, isNews);
    return decided;
  }

  /** The job `alert_mail`: mails the alert of a key, and forgets it once it is mailed. */
  async mailAlert(key: string): Promise<void> {
    const alert = this.storage.kv.get<Alert>(UNMAILED + key);
    if (alert === undefined) return;
    await this.home.mail(alert);
    this.storage.kv.delete(UNMAILED + key);
  }

  /**
   * Greets a phone that connects: from here on it hears every change. Those who listen already hear
   * first what has changed by itself meanwhile, since what is told now is told to all.
   */
  greet(now: Instant): PolicyFrame {
    const decided = this.review(now);
    this.storage.kv.put(TOLD, this.toldBy(decided, now));
    this.wakeAt(decided);
    return this.versionFrame(now);
  }

  private tellChanges(decided: Decided, now: Instant, isNews: boolean): void {
    const before = this.storage.kv.get<Told>(TOLD);
    const after = this.toldBy(decided, now);
    let hasMoved = isNews || before?.basis !== after.basis;
    const known = before?.states ?? {};
    for (const rule_id of new Set([...Object.keys(known), ...Object.keys(after.states)])) {
      const [was, is] = [known[rule_id], after.states[rule_id]];
      if (was === is) continue;
      hasMoved = true;
      if (is === "blocked") this.home.tell({ type: "blocked", rule_id });
      else if (was === "blocked") this.home.tell({ type: "unblocked", rule_id });
    }
    this.wakeAt(decided);
    if (!hasMoved) return;
    this.storage.kv.put(TOLD, after);
    this.home.tell(this.versionFrame(now));
  }

  private wakeAt({ next_change_at }: Decided): void {
    if (next_change_at !== null) this.home.schedule("policy", next_change_at);
  }

  private toldBy({ rule_states }: Decided, now: Instant): Told {
    const states = rule_states.map(({ rule_id, state }) => [rule_id, state] as const);
    return {
      states: Object.fromEntries(states),
      basis: digestOf(JSON.stringify(this.warden.basis(now))),
    };
  }

  private versionFrame(now: Instant): PolicyFrame {
    return { type: "policy", policy_version: this.warden.policy(now).policy_version };
  }
}
