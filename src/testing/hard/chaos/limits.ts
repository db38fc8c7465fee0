import type { Model, Scope } from "../usage/model.ts";

/** A rule with a daily limit, as its owner knows it. */
export type Limit = {
  id: string;
  apps: string[];
  categories: string[];
  limit_seconds: number;
  percents: number[];
};
/** What the last reset of a rule took off its own date's use; `count` is how many are certain. */
type Reset = { date: string; count: number; offset_seconds: number };
type Known = Limit & { reset: Reset | null };

/**
 * What one person's rules come to: how much is used of each, and which alerts were to be given. Use
 * only ever grows between two changes of a rule or of the own days, so it is enough to look before
 * and after each of those.
 */
export class Limits {
  readonly #model: Model;
  readonly #rules = new Map<string, Known>();
  /** Why each alert is due, by `rule/date/percent`. */
  readonly alerts = new Map<string, string>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** The rules that stand. */
  list(): Limit[] {
    return [...this.#rules.values()];
  }

  /** Notes a rule as it stands from now on, new or changed. */
  put(limit: Limit, now_s: number): void {
    const known = this.#rules.get(limit.id);
    const rule: Known = { ...limit, reset: known?.reset ?? null };
    this.#rules.set(limit.id, rule);
    const { date } = this.#model.dates.dayAt(now_s);
    // No reset gives more time than what still counts under the new targets.
    if (rule.reset?.date === date) {
      const offset_seconds = Math.min(rule.reset.offset_seconds, this.#total(rule, date));
      rule.reset = { ...rule.reset, offset_seconds };
    }
    this.review(now_s);
  }

  drop(id: string): void {
    this.#rules.delete(id);
  }

  /** Notes that a rule's time of today was put back to 0. */
  reset(id: string, now_s: number): void {
    const rule = this.#rules.get(id);
    if (!rule) return;
    const { date } = this.#model.dates.dayAt(now_s);
    const count = this.resets(id, now_s) + 1;
    rule.reset = { date, count, offset_seconds: this.#total(rule, date) };
  }

  /** How many resets of today are certain. */
  resets(id: string, now_s: number): number {
    const { date } = this.#model.dates.dayAt(now_s);
    const known = this.#rules.get(id)?.reset;
    return known?.date === date ? known.count : 0;
  }

  /** The seconds a rule shows as used today. */
  used(id: string, now_s: number): number {
    const rule = this.#rules.get(id);
    if (!rule) return 0;
    const { date } = this.#model.dates.dayAt(now_s);
    const total = this.#total(rule, date);
    return rule.reset?.date === date ? Math.max(0, total - rule.reset.offset_seconds) : total;
  }

  /** Notes the alerts that the use of today makes due. Call it before and after anything but usage changes. */
  review(now_s: number): void {
    const { date } = this.#model.dates.dayAt(now_s);
    for (const { id, limit_seconds, percents } of this.#rules.values()) {
      const used = this.used(id, now_s);
      for (const percent of percents) {
        const key = `${id}/${date}/${percent}`;
        if (used * 100 < percent * limit_seconds || this.alerts.has(key)) continue;
        this.alerts.set(key, `${used} s used of ${limit_seconds} s reach ${percent} %`);
      }
    }
  }

  #total({ apps, categories }: Limit, date: string): number {
    const scope: Scope = {
      // Deleting is no way to get more time.
      with_deleted: true,
      counts: (app, category) => apps.includes(app) || categories.includes(category),
    };
    return this.#model.day(date, scope).total_seconds;
  }
}
