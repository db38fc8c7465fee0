import type { UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { recordByQueue, recordSoon } from "../audit/index.ts";
import { callAsUser } from "../users/index.ts";
import { blockingErrors } from "./blocking.errors.ts";
import type { Policy, RuleView } from "./policy.ts";

/** What is blocked for the caller now, why, and what changes next; answered without MySQL. */
export async function decisionsOf(ctx: UserContext): Promise<Policy> {
  return await callAsUser(ctx, async (stub, caller) => await stub.policy(caller));
}

/** One of the caller's rules as it stands now. Raises `not_found`. */
export async function ruleView(ctx: UserContext, id: string): Promise<RuleView> {
  const { rules } = await decisionsOf(ctx);
  const found = rules.find(({ stored }) => stored.rule.id === id);
  if (!found) throw errors.not_found();
  return found;
}

/**
 * Puts the used time of a rule's today back to 0; boards and statistics go on counting. Raises
 * `not_found`, `reset_quota`, `rule_is_strict`.
 */
export async function resetRule(ctx: UserContext, id: string): Promise<RuleView> {
  const outcome = await callAsUser(ctx, async (stub, caller) => await stub.resetRule(caller, id));
  if (outcome === "not_found") throw errors.not_found();
  const context = { rule_id: id };
  if (outcome !== "reset") {
    recordSoon(ctx, {
      action: "blocking.reset_refused",
      context: { ...context, why: outcome },
    });
    throw blockingErrors[outcome]();
  }
  await recordByQueue(ctx, { action: "blocking.rule_reset", context });
  return await ruleView(ctx, id);
}
