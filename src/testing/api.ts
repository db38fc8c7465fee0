import { env, exports } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { inject } from "vitest";
import { randomUUID } from "node:crypto";
import { and, eq, isNotNull } from "drizzle-orm";
import { sweepOutbox } from "../mail/mail.jobs.ts";
import { emails } from "../mail/mail.table.ts";
import { jobContext } from "../platform/context.ts";

/** How long somebody insists, in ms. */
const INSISTS_MS = 20_000;

/** An answer of the API: its status, its headers, and its body as whatever the test expects. */
export type Answer<T = Record<string, unknown>> = { status: number; headers: Headers; body: T };

/** Calls the Worker under test. */
export async function call<T = Record<string, never>>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const response = await exports.default.fetch(
    new Request(`http://localhost/api${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as T,
  };
}

/** Asks again while it is told to come back later (503), as a slow machine tells many at once. */
export async function insist<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const deadline = Date.now() + INSISTS_MS;
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503 || Date.now() > deadline) return answer;
    // By chance, so that those who were turned away together do not come back together.
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400));
  }
}

/** A signed-in caller. */
export type TestUser = {
  id: string;
  email: string;
  password: string;
  display_name: string;
  access_token: string;
  refresh_token: string;
};

/** Calls the API as a user. */
export function api(user: { access_token: string }) {
  const headers = { authorization: `Bearer ${user.access_token}` };
  return {
    get: async <T>(path: string) => await call<T>("GET", path, undefined, headers),
    post: async <T>(path: string, body?: unknown) => await call<T>("POST", path, body, headers),
    put: async <T>(path: string, body?: unknown) => await call<T>("PUT", path, body, headers),
    patch: async <T>(path: string, body?: unknown) => await call<T>("PATCH", path, body, headers),
    delete: async <T>(path: string, body?: unknown) => await call<T>("DELETE", path, body, headers),
  };
}

/** An address nobody else has. */
export function freshEmail(): string {
  return `t-${randomUUID()}@example.com`;
}

export type CaughtMail = { to: string; subject: string; html: string; text: string; tag: string };

/** Sends what the outbox holds, then gives the mails an address got, newest first. */
export async function mailsTo(address: string): Promise<CaughtMail[]> {
  const ctx = createExecutionContext();
  await sweepOutbox(jobContext(env, ctx, "test"));
  await waitOnExecutionContext(ctx);
  await untilNobodySends(address);
  return await caughtMails(address, 0);
}

/** A sender that the queue has woken may hold a mail in its hands: then it is on its way. */
async function untilNobodySends(address: string): Promise<void> {
  const { db } = jobContext(env, createExecutionContext(), "test");
  const isHeld = and(
    eq(emails.to_address, address),
    eq(emails.status, "waiting"),
    isNotNull(emails.lease_id),
  );
  for (let left = 40; left > 0; left -= 1) {
    if ((await db.select({ id: emails.id }).from(emails).where(isHeld)).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function caughtMails(address: string, wait_ms: number): Promise<CaughtMail[]> {
  const query = new URLSearchParams({ to: address, wait_ms: String(wait_ms) });
  const answer = await fetch(`${inject("mailUrl")}/api/messages?${query.toString()}`);
  return await answer.json<CaughtMail[]>();
}

/** The token in the newest mail of a kind to an address. */
export async function mailedToken(address: string, tag = "verification"): Promise<string> {
  const mails = await mailsTo(address);
  // Another test's sweep may hold the mail in its hands: then it is on its way.
  const mail = (mails.length > 0 ? mails : await caughtMails(address, 5_000)).find(
    (one) => one.tag === tag,
  );
  const token = /token=([\w.-]+)/.exec(mail?.text ?? "")?.[1];
  if (token === undefined) throw new Error(`no ${tag} mail with a token to ${address}`);
  return token;
}

/** Registers a person, confirms the address through the mail and signs in: the whole way, once a test. */
export async function signUp(
  profile: { display_name?: string; timezone?: string; locale?: "en" | "fr" } = {},
): Promise<TestUser> {
  const email = freshEmail();
  const password = `correct horse ${randomUUID()}`;
  const display_name = profile.display_name ?? "Ada";
  await call("POST", "/auth/register", { email, password, ...profile, display_name });
  await call("POST", "/auth/verify-email", { token: await mailedToken(email) });
  return { ...(await signIn({ email, password })), email, password, display_name };
}

/** Signs in again: another session of the same person. */
export async function signIn({ email, password }: { email: string; password: string }) {
  const { body, status } = await call<{
    access_token: string;
    refresh_token: string;
    user: { id: string };
  }>("POST", "/auth/login", { email, password });
  if (status !== 200) throw new Error(`login answered ${status}: ${JSON.stringify(body)}`);
  return { id: body.user.id, access_token: body.access_token, refresh_token: body.refresh_token };
}
