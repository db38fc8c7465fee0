import { errors } from "../platform/errors.ts";
import { userContext } from "../platform/http/app-env.ts";
import { isKnownToCaller } from "../platform/http/if-none-match.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import { decodeCursor, encodeCursor, idParam } from "../platform/http/schemas.ts";
import {
  nameOf,
  fieldsOf,
  newRuleSchema,
  policyOut,
  policySchema,
  ruleChangesSchema,
  ruleOut,
  ruleSchema,
  rulesCursor,
  rulesQuery,
  rulesSchema,
  type RuleInput,
} from "./blocking.wire.ts";
import { decisionsOf, resetRule, ruleView } from "./decisions.service.ts";
import { DEFAULT_ALERT_PERCENTS, type Rule } from "./rule.ts";
import { changeRule, createRule, removeRule } from "./rules.service.ts";
import { inFull } from "./shorthand.ts";

const tags = ["Blocked apps"];
const waits = json(ruleSchema, "It loosens a strict rule: it waits for the user's next day");

const postRule = defineRoute("/blocked", "user", {
  method: "post",
  tags,
  summary: "Make a rule: apps and categories on one budget, a schedule, or both",
  request: { body: json(newRuleSchema, "The rule; `app` and `daily_limit_minutes` serve too") },
  responses: { 201: json(ruleSchema, "The rule as it stands now") },
  problems: [409],
  creates: true,
});

const getRules = defineRoute("/blocked", "user_inline", {
  method: "get",
  tags,
  summary: "The caller's rules as they stand now",
  request: { query: rulesQuery },
  responses: { 200: json(rulesSchema, "A page of rules, oldest first") },
});

const getDecisions = defineRoute("/blocked/decisions", "user_inline", {
  method: "get",
  tags,
  summary:
    "What is blocked now, why, and what changes next: enough to block offline until valid_until",
  responses: {
    200: json(policySchema, "The decisions; the ETag is the policy_version"),
    304: empty("What the caller has (`If-None-Match`) still holds"),
  },
});

const getRule = defineRoute("/blocked/{id}", "user_inline", {
  method: "get",
  tags,
  summary: "One rule as it stands now",
  request: { params: idParam },
  responses: { 200: json(ruleSchema, "The rule") },
  problems: [404],
});

const putRule = defineRoute("/blocked/{id}", "user", {
  method: "put",
  tags,
  summary: "Change fields of a rule; what loosens a strict one waits for the user's next day",
  request: { params: idParam, body: json(ruleChangesSchema, "The fields to change") },
  responses: { 200: json(ruleSchema, "The rule as it stands now"), 202: waits },
  problems: [404],
});

const deleteRule = defineRoute("/blocked/{id}", "user", {
  method: "delete",
  tags,
  summary: "Delete a rule; a strict one is gone from the user's next day on",
  request: { params: idParam },
  responses: { 202: waits, 204: empty("It is gone") },
  problems: [404],
});

const postReset = defineRoute("/blocked/{id}/reset", "user_inline", {
  method: "post",
  tags,
  summary: "Put today's used time of a rule back to 0, three times a day at most",
  request: { params: idParam },
  responses: { 200: json(ruleSchema, "The rule as it stands now") },
  problems: [404, 409],
});

export const blockingRoutes = featureApp()
  .openapi(postRule, async (c) => {
    const ctx = userContext(c);
    const fields = { ...ruleDefaults, ...written(c.req.valid("json")) };
    const { name = nameOf(fields.apps[0] ?? fields.categories[0] ?? "") } = fields;
    const id = await createRule(ctx, { ...fields, name });
    return c.json(ruleOut(await ruleView(ctx, id)), 201);
  })
  .openapi(getRules, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const [after = ""] = decodeCursor(cursor, rulesCursor) ?? [];
    const { rules } = await decisionsOf(userContext(c));
    const rest = rules.filter(({ stored }) => stored.rule.id > after);
    const page = rest.slice(0, limit);
    const last = rest.length > page.length ? page.at(-1) : undefined;
    const next_cursor = last ? encodeCursor([last.stored.rule.id]) : null;
    return c.json({ data: page.map(ruleOut), next_cursor }, 200);
  })
  .openapi(getDecisions, async (c) => {
    const policy = await decisionsOf(userContext(c));
    const etag = `"${policy.policy_version}"`;
    c.header("etag", etag);
    if (isKnownToCaller(c.req.header("if-none-match"), etag)) return c.body(null, 304);
    return c.json(policyOut(policy), 200);
  })
  .openapi(getRule, async (c) =>
    c.json(ruleOut(await ruleView(userContext(c), c.req.valid("param").id)), 200),
  )
  .openapi(putRule, async (c) => {
    const ctx = userContext(c);
    const { id } = c.req.valid("param");
    const { pending_change, ...input } = c.req.valid("json");
    const outcome = await changeRule(ctx, id, { ...written(input), pending_change });
    const rule = ruleOut(await ruleView(ctx, id));
    return outcome === "waiting" ? c.json(rule, 202) : c.json(rule, 200);
  })
  .openapi(deleteRule, async (c) => {
    const ctx = userContext(c);
    const { id } = c.req.valid("param");
    if ((await removeRule(ctx, id)) === "applied") return c.body(null, 204);
    return c.json(ruleOut(await ruleView(ctx, id)), 202);
  })
  .openapi(postReset, async (c) =>
    c.json(ruleOut(await resetRule(userContext(c), c.req.valid("param").id)), 200),
  );

const ruleDefaults: Omit<Rule, "id" | "name"> & { name?: string } = {
  apps: [],
  categories: [],
  daily_limit_seconds: null,
  weekday_limits: {},
  schedule: [],
  alert_percents: DEFAULT_ALERT_PERCENTS,
  strict: false,
  is_active: true,
};

function written(input: RuleInput): Partial<Omit<Rule, "id">> {
  const { fields, faults } = inFull(input);
  if (faults.length > 0) throw errors.invalid_fields({ errors: faults });
  return { ...fieldsOf(input), ...fields };
}
