import { z } from "@hono/zod-openapi";
import { idSchema, instantOut, pageOf, pageQuery, text } from "../platform/http/schemas.ts";
import type { Weekday } from "../platform/time/dates.ts";
import { formatInstant } from "../platform/time/instant.ts";
import { CATEGORIES } from "../catalogue/index.ts";
import type { Decision } from "./decide.ts";
import type { Policy, RuleView } from "./policy.ts";
import {
  MAX_ALERTS,
  MAX_APPS,
  MAX_LIMIT_SECONDS,
  MAX_WINDOWS,
  type Rule,
  type ScheduleWindow,
} from "./rule.ts";
import { REASONS, STATES } from "./rule-state.ts";

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time, HH:MM");
const limit = z.int().min(0).max(MAX_LIMIT_SECONDS);
const weekday = z.int().min(1).max(7);
const categorySchema = z.enum(CATEGORIES);
const appId = text(1, 128);
const MAX_NAME = 100;

const windowSchema = z
  .strictObject({ days: z.array(weekday).min(1).max(7), start: clockTime, end: clockTime })
  .openapi("BlockWindow", {
    description: [
      "Blocks from start to end on the days on which it starts; end ≤ start is overnight. It goes by the",
      "wall clock of `timezone` and its civil dates, whatever the day start, and opens and closes when",
      "that clock first reads these times, or skips them: a window within a skipped hour does not open,",
      "and an hour that comes twice reopens none and makes one that is open longer.",
    ].join(" "),
  });

/** The fields of a rule as clients write them, all optional; `app` and the minutes are the seed's shorthand. */
const ruleFields = {
  name: text(1, MAX_NAME).optional(),
  app: appId.optional(),
  apps: z.array(appId).max(MAX_APPS).optional(),
  categories: z.array(categorySchema).max(CATEGORIES.length).optional(),
  daily_limit_minutes: z.int().min(0).max(1_440).nullable().optional(),
  daily_limit_seconds: limit.nullable().optional(),
  weekday_limits: z.partialRecord(z.enum(["1", "2", "3", "4", "5", "6", "7"]), limit).optional(),
  schedule: z.array(windowSchema).max(MAX_WINDOWS).optional(),
  alert_percents: z.array(z.int().min(1).max(100)).max(MAX_ALERTS).optional(),
  strict: z.boolean().optional(),
  is_active: z.boolean().optional(),
};

/** The name of a rule that was given none: what it limits, which may have more characters than a name. */
export function nameOf(limited: string): string {
  return [...limited].slice(0, MAX_NAME).join("");
}

export const newRuleSchema = z.strictObject(ruleFields).openapi("NewRule");
export const ruleChangesSchema = z
  .strictObject({
    ...ruleFields,
    pending_change: z.null().optional().openapi({ description: "null calls off what waits" }),
  })
  .openapi("RuleChanges");
export type RuleInput = z.infer<typeof newRuleSchema>;

const plainRule = {
  name: z.string(),
  apps: z.array(z.string()),
  categories: z.array(categorySchema),
  daily_limit_seconds: z.int().nullable(),
  weekday_limits: z.record(z.string(), z.int()),
  schedule: z.array(z.object({ days: z.array(z.int()), start: z.string(), end: z.string() })),
  alert_percents: z.array(z.int()),
  strict: z.boolean(),
  is_active: z.boolean(),
};
const standing = {
  state: z.enum(STATES),
  reason: z.enum(REASONS),
  used_seconds: z.int(),
  limit_seconds: z.int().nullable(),
  remaining_seconds: z.int().nullable(),
};

export const ruleSchema = z
  .object({
    id: idSchema,
    ...plainRule,
    ...standing,
    pending_change: z
      .object({
        effective_date: z.string(),
        not_before: instantOut,
        rule: z.object(plainRule).nullable().openapi({ description: "null: it will be gone" }),
      })
      .nullable()
      .openapi({
        description:
          "What the rule turns into: at the first instant of effective_date that is not before not_before",
      }),
    created_at: instantOut,
    updated_at: instantOut,
  })
  .openapi("Rule");
export const rulesSchema = pageOf(ruleSchema).openapi("Rules");
export const rulesQuery = z.object(pageQuery);
/** After which rule the next page begins. */
export const rulesCursor = z.tuple([idSchema]);

export const decisionSchema = z
  .object({
    target: z
      .object({ kind: z.enum(["app", "category"]), id: z.string() })
      .openapi({ description: "An app by its id in the catalogue, where it stands there" }),
    rule_id: idSchema,
    ...standing,
    blocked_until: instantOut.nullable(),
    next_change_at: instantOut.nullable(),
  })
  .openapi("Decision");
export const policySchema = z
  .object({
    policy_version: z.string(),
    generated_at: instantOut,
    valid_until: instantOut,
    timezone: z.string().openapi({ description: "Whose wall clock the schedules go by" }),
    days: z
      .array(z.object({ date: z.string(), starts_at: instantOut, ends_at: instantOut }))
      .openapi({ description: "The own days until valid_until: today and the next" }),
    decisions: z.array(decisionSchema),
    rules: z.array(ruleSchema),
  })
  .openapi("Decisions", {
    description: [
      "All that a phone needs to block by itself until `valid_until`. A rule that is on blocks its apps,",
      "and all apps of its categories, while one of its windows is open or its limit for the weekday of",
      "the own date (`weekday_limits`, else `daily_limit_seconds`) is used up: today's use is",
      "`used_seconds` and what the phone itself has counted since `generated_at`, a second in several of",
      "its apps counting once; the next date begins at 0. From its time on, `pending_change` takes the",
      "rule's place. An app is blocked while any rule blocks it. Apps are named by their ids in",
      "`GET /api/catalogue`, which tells which of the phone's own apps these are, and of which category.",
    ].join(" "),
  });

/** The fields of a rule that an input names, but for the shorthand, which `inFull` writes out. */
export function fieldsOf(input: RuleInput): Partial<Omit<Rule, "id">> {
  const { app, apps, daily_limit_minutes, daily_limit_seconds, schedule, ...rest } = input;
  const fields = { ...rest, schedule: schedule?.map(windowOf) };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A rule as its owner sees it. */
export function ruleOut({ stored, standing: now }: RuleView): z.infer<typeof ruleSchema> {
  const { rule, pending, created_at, updated_at } = stored;
  return {
    id: rule.id,
    ...plainOut(rule),
    state: now.state,
    reason: now.reason,
    used_seconds: now.used_seconds,
    limit_seconds: now.limit_seconds,
    remaining_seconds: now.remaining_seconds,
    pending_change: pending && {
      effective_date: pending.effective_date,
      not_before: formatInstant(pending.not_before),
      rule: pending.after && plainOut(pending.after),
    },
    created_at: formatInstant(created_at),
    updated_at: formatInstant(updated_at),
  };
}

export type DecisionOut = z.infer<typeof decisionSchema>;

/** A decision as a phone reads it. */
export function decisionOut(decision: Decision): DecisionOut {
  const { blocked_until, next_change_at, ...rest } = decision;
  return {
    ...rest,
    blocked_until: blocked_until === null ? null : formatInstant(blocked_until),
    next_change_at: next_change_at === null ? null : formatInstant(next_change_at),
  };
}

/** Everything a phone needs to block offline. */
export function policyOut(policy: Policy): z.infer<typeof policySchema> {
  return {
    policy_version: policy.policy_version,
    generated_at: formatInstant(policy.generated_at),
    valid_until: formatInstant(policy.valid_until),
    timezone: policy.timezone,
    days: policy.days.map(({ date, starts_at, ends_at }) => ({
      date,
      starts_at: formatInstant(starts_at),
      ends_at: formatInstant(ends_at),
    })),
    decisions: policy.decisions.map(decisionOut),
    rules: policy.rules.map(ruleOut),
  };
}

function plainOut(rule: Rule) {
  return {
    name: rule.name,
    apps: [...rule.apps],
    categories: [...rule.categories],
    daily_limit_seconds: rule.daily_limit_seconds,
    weekday_limits: { ...rule.weekday_limits },
    schedule: rule.schedule.map(({ days, start_minute, end_minute }) => ({
      days: [...days],
      start: timeOf(start_minute),
      end: timeOf(end_minute),
    })),
    alert_percents: [...rule.alert_percents],
    strict: rule.strict,
    is_active: rule.is_active,
  };
}

function windowOf({ days, start, end }: z.infer<typeof windowSchema>): ScheduleWindow {
  return {
    days: days as Weekday[],
    start_minute: minuteOf(start),
    end_minute: minuteOf(end),
  };
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function timeOf(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
