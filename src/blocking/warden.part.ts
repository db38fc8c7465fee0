import { migrateSchema } from "../platform/objects/schema.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { ownDateAt, type DayHistory } from "../platform/time/own-day.ts";
import type { Category } from "../catalogue/index.ts";
import { dueAlerts, type Alert } from "./alerts.ts";
import { budgetOf } from "./budget.ts";
import { decide, type Decided } from "./decide.ts";
import { dueAt } from "./pending.ts";
import { policyOf, type Policy } from "./policy.ts";
import { afterTargetsChanged, resetOn, usedSinceReset, type DayReset } from "./reset.ts";
import type { Rule } from "./rule.ts";
import { settled, type StoredRule } from "./stored-rule.ts";
import { wardenSchema } from "./warden.schema.ts";

/** What became of a reset: done, or why not. */
export type ResetAnswer = "reset" | "not_found" | "reset_quota" | "rule_is_strict";

/** What a warden asks of the object it is part of. */
export type WardenHome = {
  rules: () => readonly StoredRule[];
  history: () => DayHistory;
  /** The seconds of an own date's use that count for a budget, known under a key. */
  used: (
    key: string,
    date: OwnDate,
    counts: (app: string, category: Category) => boolean,
  ) => number;
  categoryOf: (app: string, now: Instant) => Category | null;
};

/** Decides for one user what is blocked, by their rules and their usage of the day. Nothing here awaits. */
export class Warden {
  private readonly sql: SqlStorage;
  private readonly home: WardenHome;

  constructor(storage: DurableObjectStorage, home: WardenHome) {
    this.sql = storage.sql;
    this.home = home;
    migrateSchema(storage, "warden", wardenSchema);
  }

  /** Whether there is anything to decide. */
  get hasRules(): boolean {
    return this.home.rules().length > 0;
  }

  /** What holds at an instant. */
  decided(now: Instant): Decided {
    const history = this.home.history();
    const date = ownDateAt(now, history);
    return decide({
      rules: this.standing(now),
      usedSeconds: (rule) => usedSinceReset(date, this.resetOf(rule.id), this.used(rule, date)),
      now,
      history,
      categoryOf: (app) => this.home.categoryOf(app, now),
    });
  }

  /** What a phone needs to block by itself. */
  policy(now: Instant): Policy {
    // No change of zone lies ahead: one holds from the instant on at which it is made.
    const timezone = this.home.history().at(-1)?.timezone ?? "UTC";
    return policyOf(this.decided(now), this.standing(now), timezone, now);
  }

  /** The percentages that have newly been reached, each noted so that it comes once a rule and day. */
  takeAlerts({ rule_states }: Decided, now: Instant): Alert[] {
    const date = ownDateAt(now, this.home.history());
    const states = new Map(rule_states.map((state) => [state.rule_id, state]));
    const alerts = this.standing(now).flatMap(({ rule }): Alert[] => {
      const { used_seconds = 0, limit_seconds = null } = states.get(rule.id) ?? {};
      if (!rule.is_active || limit_seconds === null) return [];
      const due = dueAlerts(
        rule.alert_percents,
        limit_seconds,
        used_seconds,
        this.given(rule.id, date),
      );
      const told = { rule_id: rule.id, rule_name: rule.name, date, used_seconds, limit_seconds };
      return due.map((percent) => ({ ...told, percent }));
    });
    if (alerts.length > 0) this.sql.exec("DELETE FROM alerts WHERE date < ?", date);
    for (const { rule_id, percent } of alerts) {
      const note = "INSERT INTO alerts (rule_id, date, percent) VALUES (?, ?, ?)";
      this.sql.exec(note, rule_id, date, percent);
    }
    return alerts;
  }

  /** Puts a rule's used time of today back to 0; gives why not, where not. */
  reset(rule_id: string, now: Instant): "reset" | "not_found" | "reset_quota" | "rule_is_strict" {
    const rule = this.standing(now).find((stored) => stored.rule.id === rule_id)?.rule;
    if (!rule) return "not_found";
    const date = ownDateAt(now, this.home.history());
    const outcome = resetOn(date, rule.strict, this.resetOf(rule_id), this.used(rule, date));
    if ("refused" in outcome) return outcome.refused;
    this.keepReset(rule_id, outcome.reset);
    return "reset";
  }

  /** Takes up rules that have changed: no reset may give more time than what still counts. */
  noteRules(now: Instant): void {
    const date = ownDateAt(now, this.home.history());
    for (const { rule } of this.standing(now)) {
      const known = this.resetOf(rule.id);
      if (known?.date !== date) continue;
      this.keepReset(rule.id, afterTargetsChanged(known, this.used(rule, date)));
    }
    this.sql.exec("DELETE FROM resets WHERE date < ?", date);
  }

  /** What decisions follow from besides usage and time, as a value to compare. */
  basis(now: Instant): unknown {
    const rules = this.standing(now).map(({ rule, pending }) => [rule, pending]);
    return [this.home.history().at(-1), rules];
  }

  /** When the next waiting change is due; null where none waits. */
  nextDue(): Instant | null {
    const history = this.home.history();
    const dues = this.home
      .rules()
      .flatMap(({ pending }) => (pending === null ? [] : [dueAt(pending, history)]));
    return dues.length === 0 ? null : Math.min(...dues);
  }

  private standing(now: Instant): StoredRule[] {
    return settled(this.home.rules(), now, this.home.history());
  }

  private used(rule: Rule, date: OwnDate): number {
    // Named by its targets: once they change it is another budget.
    const key = `budget ${rule.apps.join(",")} ${rule.categories.join(",")}`;
    return this.home.used(key, date, budgetOf(rule));
  }

  private given(rule_id: string, date: OwnDate): Set<number> {
    const rows = this.sql.exec<{ percent: number }>(
      "SELECT percent FROM alerts WHERE rule_id = ? AND date = ?",
      rule_id,
      date,
    );
    return new Set([...rows].map(({ percent }) => percent));
  }

  private resetOf(rule_id: string): DayReset | null {
    const find = "SELECT date, count, offset_seconds FROM resets WHERE rule_id = ?";
    return this.sql.exec<DayReset>(find, rule_id).toArray()[0] ?? null;
  }

  private keepReset(rule_id: string, { date, count, offset_seconds }: DayReset): void {
    this.sql.exec(
      "INSERT OR REPLACE INTO resets (rule_id, date, count, offset_seconds) VALUES (?, ?, ?, ?)",
      rule_id,
      date,
      count,
      offset_seconds,
    );
  }
}
