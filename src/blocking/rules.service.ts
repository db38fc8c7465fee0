import type { Context, UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { AppError, errors } from "../platform/errors.ts";
import { createdId } from "../platform/once.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { DayHistory } from "../platform/time/own-day.ts";
import { changesOf, record } from "../audit/index.ts";
import { catalogued } from "../catalogue/index.ts";
import { dayRulesOf, lockUser, tellUser } from "../users/index.ts";
import { blockingErrors } from "./blocking.errors.ts";
import { dropRule, dropRulesOf, putRule, rulesOf } from "./blocking.store.ts";
import { cancelled, nextDayOf, planChange, type RulePatch, type StandingRule } from "./pending.ts";
import { ruleFaults, tidied, type Rule } from "./rule.ts";
import { MAX_RULES, settled, type StoredRule } from "./stored-rule.ts";

/** What a change came to: it holds now, or waits for the user's next day. */
export type Outcome = "applied" | "waiting";

/** The rules of a user as their object copies them. */
export async function storedRulesOf(
  ctx: Pick<Context, "db">,
  user_id: string,
): Promise<StoredRule[]> {
  return await rulesOf(ctx, user_id);
}

/** Drops all rules of a user whose account goes. */
export async function eraseRulesOf(ctx: Pick<Context, "db">, user_id: string): Promise<void> {
  await dropRulesOf(ctx, user_id);
}

/** Makes a rule; gives its id. Raises `invalid_fields`, `too_many_rules`. */
export async function createRule(ctx: UserContext, fields: Omit<Rule, "id">): Promise<string> {
  const id = createdId(ctx);
  const rule = tidied({ ...fields, id });
  requireGood(rule);
  await changeRules(ctx, async (tx, { rules, now }) => {
    // Found where an earlier try under the same key has made it already.
    if (rules.some((known) => known.rule.id === id)) return;
    if (rules.length >= MAX_RULES) throw blockingErrors.too_many_rules();
    const stored = { rule, pending: null, created_at: now, updated_at: now };
    await putRule(tx, tx.actor.user_id, stored);
    const context = { rule_id: id };
    await record(tx, { action: "blocking.rule_created", context, personal: { after: rule } });
  });
  return id;
}

/**
 * Changes what it names of a rule and keeps the rest. A change that loosens a strict rule waits for
 * the user's next day; `pending_change: null` calls off what waits. Raises `not_found`, `invalid_fields`.
 */
export async function changeRule(
  ctx: UserContext,
  id: string,
  { pending_change, ...patch }: RulePatch & { pending_change?: null | undefined },
): Promise<Outcome> {
  const outcome = await changeRules(ctx, async (tx, { rules, now, history }) => {
    const found = rules.find(({ rule }) => rule.id === id);
    if (!found) return "not_found";
    const before = pending_change === null ? { ...found, ...cancelled(found) } : found;
    requireGood({ ...before.rule, ...patch });
    const effect = nextDayOf(now, history);
    const planned = planChange(before, tidiedPatch(patch, before.rule), effect, world(history));
    if (planned.standing === null) throw errors.internal();
    const after = { ...before, ...planned.standing, updated_at: now };
    await putRule(tx, tx.actor.user_id, after);
    await note(tx, "blocking.rule_changed", planned.outcome, found, after);
    return planned.outcome;
  });
  return foundOr404(outcome);
}

/** Deletes a rule; a strict one is gone from the user's next day on. Raises `not_found`. */
export async function removeRule(ctx: UserContext, id: string): Promise<Outcome> {
  const outcome = await changeRules(ctx, async (tx, { rules, now, history }) => {
    const found = rules.find(({ rule }) => rule.id === id);
    if (!found) return "not_found";
    const planned = planChange(found, null, nextDayOf(now, history), world(history));
    if (planned.standing === null) await dropRule(tx, tx.actor.user_id, id);
    else await putRule(tx, tx.actor.user_id, { ...found, ...planned.standing, updated_at: now });
    await note(tx, "blocking.rule_deleted", planned.outcome, found, planned.standing);
    return planned.outcome;
  });
  return foundOr404(outcome);
}

/** Writes down what has become due of a user's rules; their object reads it after. Repeatable. */
export async function settleRules(ctx: Context, user_id: string): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    if (!(await lockUser(tx, user_id))) return;
    const [stored, history] = [await rulesOf(tx, user_id), await dayRulesOf(tx, user_id)];
    await writeSettled(tx, user_id, stored, tx.clock.now(), history);
  });
}

type Rules = { rules: StoredRule[]; now: Instant; history: DayHistory };

/** Changes the caller's rules one caller at a time, on what was due carried out, and tells their object. */
async function changeRules<T>(
  ctx: UserContext,
  change: (tx: UserContext, known: Rules) => Promise<T>,
): Promise<T> {
  const { user_id } = ctx.actor;
  try {
    const result = await withTransaction(ctx, async (tx) => {
      if (!(await lockUser(tx, user_id))) throw errors.session_ended();
      const now = tx.clock.now();
      const [stored, history] = [await rulesOf(tx, user_id), await dayRulesOf(tx, user_id)];
      const rules = await writeSettled(tx, user_id, stored, now, history);
      return await change(tx, { rules, now, history });
    });
    await tellUser(ctx, user_id);
    return result;
  } catch (error) {
    // Gone just now, perhaps by a call whose answer was lost before the user's object heard of it.
    if (error instanceof AppError && error.kind === "not_found") await tellUser(ctx, user_id);
    throw error;
  }
}

/** What was asked for before, and stands or waits already, is no act. A rule tells of its owner's life. */
async function note(
  tx: UserContext,
  action: "blocking.rule_changed" | "blocking.rule_deleted",
  outcome: Outcome,
  from: StandingRule,
  to: StandingRule | null,
): Promise<void> {
  const facts = ({ rule, pending }: StandingRule) => ({ ...rule, pending });
  const changed = changesOf(facts(from), to === null ? {} : facts(to));
  if (!changed) return;
  const { fields, ...personal } = changed;
  await record(tx, { action, context: { rule_id: from.rule.id, outcome, fields }, personal });
}

async function writeSettled(
  tx: Context,
  user_id: string,
  stored: readonly StoredRule[],
  now: Instant,
  history: DayHistory,
): Promise<StoredRule[]> {
  const rules = settled(stored, now, history);
  for (const before of stored) {
    const after = rules.find(({ rule }) => rule.id === before.rule.id);
    if (!after) await dropRule(tx, user_id, before.rule.id);
    else if (after.pending !== before.pending) await putRule(tx, user_id, after);
  }
  return rules;
}

/** Raised once the object is told: an earlier try may have deleted the rule, and died before it did so. */
function foundOr404(outcome: Outcome | "not_found"): Outcome {
  if (outcome === "not_found") throw errors.not_found();
  return outcome;
}

function requireGood(rule: Rule): void {
  const faults = ruleFaults(rule);
  if (faults.length > 0) throw errors.invalid_fields({ errors: faults });
}

/** Only the catalogue's categories are certain; what a client says of an app must not loosen a rule. */
function world(history: DayHistory) {
  const day_start_minute = history.at(-1)?.day_start_minute ?? 0;
  return { day_start_minute, categoryOf: (app: string) => catalogued(app)?.category ?? null };
}

function tidiedPatch(patch: RulePatch, rule: Rule): RulePatch {
  const whole = tidied({ ...rule, ...patch });
  return Object.fromEntries(
    Object.keys(patch).map((field) => [field, whole[field as keyof RulePatch]]),
  );
}
