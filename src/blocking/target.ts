import type { Instant } from "../platform/time/instant.ts";
import type { Category } from "../catalogue/index.ts";
import { firstChange, type Outlook, type Reading } from "./outlook.ts";
import { coversApp, type Rule } from "./rule.ts";
import { isSameState, type RuleState } from "./rule-state.ts";

/** What a phone can block: one app by its canonical id, or every app of a category. */
export type Target = { readonly kind: "app" | "category"; readonly id: string };

/** How a target stands, and by which rule. */
export type Verdict = { readonly rule_id: string; readonly state: RuleState };

/** A rule about the target, as it stands. */
type Met = { readonly outlook: Outlook; readonly state: RuleState };

const ORDER = { blocked: 0, warning: 1, allowed: 2 } as const;

/** The targets that rules name, each once, apps before categories, by id. */
export function targetsOf(rules: Iterable<Rule>): Target[] {
  const apps = new Set<string>();
  const categories = new Set<string>();
  for (const rule of rules) {
    for (const app of rule.apps) apps.add(app);
    for (const category of rule.categories) categories.add(category);
  }
  return [
    ...[...apps].sort().map((id): Target => ({ kind: "app", id })),
    ...[...categories].sort().map((id): Target => ({ kind: "category", id })),
  ];
}

/** A target from an instant on, under all rules that are about it, if nothing more is used. */
export class TargetOutlook {
  readonly #covers: (rule: Rule) => boolean;
  readonly #outlooks: readonly Outlook[];

  /** Takes outlooks by id. `categoryOf`: rules about an app's category count for the app; null: unknown. */
  constructor(
    target: Target,
    outlooks: readonly Outlook[],
    categoryOf: (app: string) => Category | null,
  ) {
    const category = target.kind === "app" ? categoryOf(target.id) : null;
    this.#covers = (rule) =>
      rule.is_active &&
      (target.kind === "app"
        ? coversApp(rule, target.id, category)
        : rule.categories.some((one) => one === target.id));
    this.#outlooks = outlooks.filter((outlook) => outlook.concerns(this.#covers));
  }

  /**
   * Where rules meet, the stricter decides: blocked before warning before allowed; of those that block
   * the one that blocks longest, of the others the one with the least left; then the lower id. Null
   * where no rule is about the target.
   */
  verdictAt(instant: Instant): Verdict | null {
    let strictest: Met | null = null;
    for (const outlook of this.#outlooks) {
      const { standing } = outlook.at(instant);
      if (standing === null || !this.#covers(standing.rule)) continue;
      const met = { outlook, state: standing.state };
      // Outlooks come by id, so that of two alike the lower one stays.
      if (strictest === null || this.#isStricter(met, strictest, instant)) strictest = met;
    }
    return strictest && { rule_id: strictest.outlook.rule_id, state: strictest.state };
  }

  /** The first instant at which the verdict changes by itself; null where it never does. */
  nextChange(instant: Instant): Instant | null {
    const read = (at: Instant) => this.#read(at, this.verdictAt(at));
    return firstChange(instant, read, isSameVerdict);
  }

  /** When a blocked target is free again, whichever rules block it until then; null for never. */
  blockedUntil(instant: Instant): Instant | null {
    const isBlocked = (at: Instant) => this.#outlooks.some((outlook) => this.#blocks(outlook, at));
    return firstChange(instant, (at) => this.#read(at, isBlocked(at)), Object.is);
  }

  #isStricter(one: Met, other: Met, instant: Instant): boolean {
    const order = ORDER[one.state.state] - ORDER[other.state.state];
    if (order !== 0) return order < 0;
    if (one.state.state === "blocked") {
      return this.#blocksUntil(one.outlook, instant) > this.#blocksUntil(other.outlook, instant);
    }
    return (one.state.remaining_seconds ?? Infinity) < (other.state.remaining_seconds ?? Infinity);
  }

  #blocks(outlook: Outlook, instant: Instant): boolean {
    const { standing } = outlook.at(instant);
    return standing !== null && this.#covers(standing.rule) && standing.state.state === "blocked";
  }

  /** Until when one rule that blocks the target goes on doing so by itself; Infinity for good. */
  #blocksUntil(outlook: Outlook, instant: Instant): Instant {
    const read = (at: Instant) => ({
      value: this.#blocks(outlook, at),
      ends_at: outlook.at(at).ends_at,
    });
    return firstChange(instant, read, Object.is) ?? Infinity;
  }

  /** A value at an instant, with the first instant at which any of the rules may stand otherwise. */
  #read<T>(instant: Instant, value: T): Reading<T> {
    let ends_at = Infinity;
    for (const outlook of this.#outlooks) ends_at = Math.min(ends_at, outlook.at(instant).ends_at);
    return { value, ends_at };
  }
}

function isSameVerdict(a: Verdict | null, b: Verdict | null): boolean {
  if (a === null || b === null) return a === b;
  return a.rule_id === b.rule_id && isSameState(a.state, b.state);
}
