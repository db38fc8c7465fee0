import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import { createApp } from "../app.ts";
import { jobContext } from "../platform/context.ts";
import { removeDueFiles } from "../users/avatars.jobs.ts";
import type { Answer } from "./api.ts";
import { soon } from "./until.ts";

export type AvatarUser = { id: string; avatar_url: string | null; updated_at: string };
type Body = Uint8Array<ArrayBuffer> | ReadableStream | null;
/** API.md: an avatar of 10 MiB is read, and no larger one. */
export const MAX_BYTES = 10 * 1024 * 1024;

/** Sends raw bytes over the wire; with `bindings` (other ones in their place) straight to the app. */
export async function putAvatar(
  user: { access_token: string },
  body: Body,
  headers: Record<string, string> = {},
  bindings: Partial<Env> | null = null,
): Promise<Answer<AvatarUser & { code: string }>> {
  const request = new Request("http://localhost/api/users/me/avatar", {
    method: "PUT",
    headers: { authorization: `Bearer ${user.access_token}`, ...headers },
    body,
  });
  const ctx = createExecutionContext();
  const response = bindings
    ? // What is gathered for Prometheus is sent 5 s later: nothing to wait for here.
      await createApp().fetch(request, { ...env, METRICS_TOKEN: "", ...bindings }, ctx)
    : await exports.default.fetch(request);
  await waitOnExecutionContext(ctx);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Fetches an avatar by its public address, as a browser would. */
export async function showAvatar(url: string | null, init: RequestInit = {}): Promise<Response> {
  return await exports.default.fetch(new Request(String(url), init));
}

export const fileOf = (url: string | null) => `avatars/${String(url).split("/").at(-1)}`;
export const isStored = async (url: string | null) => (await env.FILES.head(fileOf(url))) !== null;
export const stored = async () => new Set((await env.FILES.list()).objects.map(({ key }) => key));
export const untilGone = async (url: string | null) =>
  await soon(async () => expect(await isStored(url)).toBe(false));

/** Runs the cleaning job as if triggered at an instant; gives how many files it removed. */
export async function clean(instant: number): Promise<number> {
  const { removed } = await removeDueFiles(jobContext(env, createExecutionContext(), "t", instant));
  return removed;
}
