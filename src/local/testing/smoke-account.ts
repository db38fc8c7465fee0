import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Stack } from "../stack.ts";

/** Whom a smoke test may sign in as. */
export const account = {
  email: `smoke-${randomUUID()}@example.com`,
  password: "a smoky evening at home",
};

/** Makes the account in a stack, with a public challenge: a smoke test looks at one. */
export async function signUp(stack: Stack): Promise<void> {
  await post(stack, "/auth/register", { ...account, display_name: "Smoke" });
  const [mail] = await stack.mail.waitFor(account.email, 20_000);
  const token = /token=([\w.-]+)/.exec(mail?.text ?? "")?.[1];
  expect((await post(stack, "/auth/verify-email", { token })).status).toBe(200);
  const login = await post(stack, "/auth/login", account);
  const { access_token } = await login.json<{ access_token: string }>();
  const day = (ahead: number) =>
    new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  const challenge = {
    name: "A quiet week",
    visibility: "public",
    metric: "least_time",
    start_date: day(1),
    end_date: day(8),
  };
  expect((await post(stack, "/challenges", challenge, access_token)).status).toBe(201);
}

async function post(
  { api_url }: Stack,
  path: string,
  body: object,
  token?: string,
): Promise<Response> {
  return await fetch(`${api_url}/api${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
}
