import type { Category } from "../catalogue/index.ts";
import { coversApp, type Rule } from "./rule.ts";

/**
 * Which use takes from a rule's one budget: that of all its targets together. A day's book over these
 * apps holds the sum: an app once also when its category is a target too, a minute once also when two
 * apps or devices share it, device totals on top (API.md, "Settled points"), never more than the day.
 */
export function budgetOf(rule: Rule): (app: string, category: Category) => boolean {
  return (app, category) => coversApp(rule, app, category);
}
