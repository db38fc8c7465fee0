import { expect } from "vitest";
import { api, signUp, type TestUser } from "../api.ts";
import { visit } from "../visit.ts";
import { asUser, by, type Act, type Tried } from "./act.ts";

export const rule = { name: "Less Instagram", app: "instagram", daily_limit_minutes: 60 };
export async function makeRule(user: TestUser, more: object = {}): Promise<string> {
  return (await api(user).post<{ id: string }>("/blocked", { ...rule, ...more })).body.id;
}
export const BLOCKING_ACTS = {
  "blocking.rule_created": [
    {
      what: "with its fields",
      async run() {
        const ada = await signUp();
        const of = visit(ada);
        const { body } = await of.call("POST", "/blocked", rule);
        const context = { rule_id: body["id"] };
        const after = expect.objectContaining({ name: rule.name }) as object;
        return { of, rows: [by(ada, { context, personal: { after } })], people: [ada] };
      },
    },
  ],
  "blocking.rule_changed": [
    asUser("at once", async (ada) => {
      const rule_id = await makeRule(ada);
      return {
        method: "PUT",
        path: `/blocked/${rule_id}`,
        body: { daily_limit_seconds: 600, name: rule.name },
        status: 200,
        row: by(ada, {
          context: { rule_id, outcome: "applied", fields: ["daily_limit_seconds"] },
          personal: {
            before: { daily_limit_seconds: 3_600 },
            after: { daily_limit_seconds: 600 },
          },
        }),
      };
    }),
    asUser("a strict one, from the next day on", async (ada) => {
      const rule_id = await makeRule(ada, { strict: true });
      return {
        method: "PUT",
        path: `/blocked/${rule_id}`,
        body: { daily_limit_seconds: 7_200 },
        status: 202,
        row: by(ada, {
          context: { rule_id, outcome: "waiting", fields: ["pending"] },
          personal: expect.objectContaining({ before: { pending: null } }) as Record<
            string,
            unknown
          >,
        }),
      };
    }),
  ],
  "blocking.rule_deleted": [
    asUser("at once", async (ada) => {
      const rule_id = await makeRule(ada);
      const before = expect.objectContaining({ name: rule.name }) as object;
      const fields = expect.arrayContaining(["name", "apps"]) as string[];
      const context = { rule_id, outcome: "applied", fields };
      const row = by(ada, { context, personal: { before, after: {} } });
      return { method: "DELETE", path: `/blocked/${rule_id}`, status: 204, row };
    }),
    asUser("a strict one, from the next day on", async (ada) => {
      const rule_id = await makeRule(ada, { strict: true });
      const context = { rule_id, outcome: "waiting", fields: ["pending"] };
      const personal = expect.objectContaining({ before: { pending: null } }) as Record<
        string,
        unknown
      >;
      const row = by(ada, { context, personal });
      return { method: "DELETE", path: `/blocked/${rule_id}`, status: 202, row };
    }),
  ],
  "blocking.rule_reset": [
    asUser("today's time", async (ada) => {
      const rule_id = await makeRule(ada);
      const row = by(ada, { context: { rule_id } });
      return { method: "POST", path: `/blocked/${rule_id}/reset`, status: 200, row };
    }),
  ],
  "blocking.reset_refused": [
    asUser("of a strict rule", async (ada) => {
      const rule_id = await makeRule(ada, { strict: true });
      const row = by(ada, { context: { rule_id, why: "rule_is_strict" } });
      return { method: "POST", path: `/blocked/${rule_id}/reset`, status: 409, row };
    }),
    asUser("for the fourth time", async (ada) => {
      const rule_id = await makeRule(ada);
      for (let times = 0; times < 3; times += 1) await api(ada).post(`/blocked/${rule_id}/reset`);
      const row = by(ada, { context: { rule_id, why: "reset_quota" } });
      return { method: "POST", path: `/blocked/${rule_id}/reset`, status: 409, row };
    }),
  ],
} satisfies Partial<Record<Tried, Act[]>>;
