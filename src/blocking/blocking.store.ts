import { and, asc, eq, inArray } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { blockRules } from "./blocking.table.ts";
import type { Rule } from "./rule.ts";
import { canonicalApps } from "./shorthand.ts";
import type { StoredRule } from "./stored-rule.ts";

type Store = { readonly db: Db };
type Row = typeof blockRules.$inferSelect;

/** A user's rules as they stand in MySQL, what is due of them not carried out yet, oldest first. */
export async function rulesOf(ctx: Store, user_id: string): Promise<StoredRule[]> {
  const rows = await ctx.db
    .select()
    .from(blockRules)
    .where(eq(blockRules.user_id, user_id))
    .orderBy(asc(blockRules.id));
  return rows.map(storedOf);
}

/** The rules of several users, likewise, by user. */
export async function rulesOfAll(
  ctx: Store,
  user_ids: readonly string[],
): Promise<Map<string, StoredRule[]>> {
  if (user_ids.length === 0) return new Map();
  const rows = await ctx.db
    .select()
    .from(blockRules)
    .where(inArray(blockRules.user_id, [...user_ids]))
    .orderBy(asc(blockRules.user_id), asc(blockRules.id));
  const byUser = Map.groupBy(rows, ({ user_id }) => user_id);
  return new Map([...byUser].map(([user_id, some]) => [user_id, some.map(storedOf)]));
}

/** Adds a rule, or writes it anew where it is there already. */
export async function putRule(ctx: Store, user_id: string, stored: StoredRule): Promise<void> {
  const { created_at, ...changing } = columnsOf(stored);
  await ctx.db
    .insert(blockRules)
    .values({ user_id, id: stored.rule.id, created_at, ...changing })
    .onDuplicateKeyUpdate({ set: changing });
}

/** Drops a rule. */
export async function dropRule(ctx: Store, user_id: string, id: string): Promise<void> {
  await ctx.db
    .delete(blockRules)
    .where(and(eq(blockRules.user_id, user_id), eq(blockRules.id, id)));
}

/** Drops all rules of a user. */
export async function dropRulesOf(ctx: Store, user_id: string): Promise<void> {
  await ctx.db.delete(blockRules).where(eq(blockRules.user_id, user_id));
}

function columnsOf({ rule, pending, created_at, updated_at }: StoredRule) {
  const { id: _id, ...fields } = rule;
  return {
    ...fields,
    pending_rule: pending?.after ?? null,
    pending_date: pending?.effective_date ?? null,
    pending_not_before: pending?.not_before ?? null,
    created_at,
    updated_at,
  };
}

function storedOf(row: Row): StoredRule {
  const { user_id: _owner, pending_rule, pending_date, pending_not_before, ...rest } = row;
  const { created_at, updated_at, ...rule } = rest;
  const pending =
    pending_date === null || pending_not_before === null
      ? null
      : {
          after: pending_rule && knownNow(pending_rule),
          effective_date: pending_date,
          not_before: pending_not_before,
        };
  return { rule: knownNow(rule), pending, created_at, updated_at };
}

/** A rule by the catalogue of today: an app that came into it later goes by its new id. */
function knownNow(rule: Rule): Rule {
  return { ...rule, apps: canonicalApps(rule.apps) };
}
