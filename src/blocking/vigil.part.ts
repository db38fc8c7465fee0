import type { Instant } from "../platform/time/instant.ts";
import type { Decided, Decision } from "./decide.ts";
import { changedDecisions, type Policy } from "./policy.ts";
import type { State } from "./rule-state.ts";
import { Warden, type Alert, type ResetAnswer, type WardenHome } from "./warden.part.ts";

/** What a connected phone hears of its owner's rules. */
export type PolicyFrame =
  | ({ type: "alert" } & Pick<Alert, "rule_id" | "percent" | "used_seconds" | "limit_seconds">)
  | { type: "blocked" | "unblocked"; rule_id: string }
  | { type: "policy"; policy_version: string };

/** What a vigil needs of the object it is part of; the jobs `policy`, `settle` and `alert_mail` are done by its alarm. */
export type VigilHome = WardenHome & {
  isHeard: () => boolean;
  tell: (frame: PolicyFrame) => void;
  schedule: (kind: "policy" | "settle" | "alert_mail", due_at: Instant, key?: string) => void;
};

/** The states of rules that phones were told last, by rule. */
type Told = Record<string, State>;
const TOLD = "policy_told";

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
    if (answer === "reset") this.review(now, true);
    return answer;
  }

  /** Takes up rules or days that have changed. */
  noteRules(now: Instant): void {
    this.warden.noteRules(now);
    this.review(now, true);
  }

  /** What holds now, after usage, rules or time have moved; `isNews` says that phones must ask anew in any case. */
  review(now: Instant, isNews = false): Decided {
    const decided = this.warden.decided(now);
    for (const { date, ...alert } of this.warden.takeAlerts(decided, now)) {
      this.home.tell({ type: "alert", ...alert });
      this.home.schedule("alert_mail", now, `${alert.rule_id}/${date}/${alert.percent}`);
    }
    const due = this.warden.nextDue();
    if (due !== null) this.home.schedule("settle", due);
    if (this.home.isHeard()) this.tellChanges(decided, now, isNews);
    return decided;
  }

  /** Greets a phone that has just connected: from here on it hears every change. */
  greet(now: Instant): PolicyFrame {
    const decided = this.warden.decided(now);
    this.storage.kv.put(TOLD, statesOf(decided));
    this.wakeAt(decided);
    return this.versionFrame(now);
  }

  private tellChanges(decided: Decided, now: Instant, isNews: boolean): void {
    const before = this.storage.kv.get<Told>(TOLD) ?? {};
    const after = statesOf(decided);
    let hasMoved = isNews;
    for (const rule_id of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [was, is] = [before[rule_id], after[rule_id]];
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

  private versionFrame(now: Instant): PolicyFrame {
    return { type: "policy", policy_version: this.warden.policy(now).policy_version };
  }
}

function statesOf({ rule_states }: Decided): Told {
  return Object.fromEntries(rule_states.map(({ rule_id, state }) => [rule_id, state]));
}
