import { api, type TestUser } from "./api.ts";

/** A rule as the API answers it. */
export type Rule = {
  id: string;
  name: string;
  apps: string[];
  state: string;
  reason: string;
  used_seconds: number;
  remaining_seconds: number | null;
  daily_limit_seconds: number | null;
  strict: boolean;
  is_active: boolean;
  pending_change: { effective_date: string; rule: { daily_limit_seconds: number } | null } | null;
};

/** A rule as a phone may ask for it, in the seed's shorthand. */
export const hourOfInstagram = { app: "com.instagram.android", daily_limit_minutes: 60 };

/** An item of use that such a rule counts. */
export const useFrom = (started_at: string, minutes: number) => ({
  app: "com.instagram.android",
  started_at,
  duration_seconds: minutes * 60,
});

/** Makes a rule: an hour of Instagram a day, or the one given. */
export async function makeRule(user: TestUser, rule: object = hourOfInstagram): Promise<Rule> {
  const answer = await api(user).post<Rule>("/blocked", rule);
  if (answer.status !== 201) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** What a phone is told to block now, by which rules and in which version. */
export async function policyOf(user: TestUser): Promise<{ policy_version: string; rules: Rule[] }> {
  const { status, body } = await api(user).get<{ policy_version: string; rules: Rule[] }>(
    "/blocked/decisions",
  );
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}
