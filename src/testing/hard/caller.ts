import { setTimeout as pause } from "node:timers/promises";
import type { HardStack } from "./hard-stack.ts";

const MAX_TRIES = 10;

/** An answer over real HTTP, and after how many ms its last byte was there. */
export type Reply = {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
  ms: number;
};

export type Ask = {
  body?: object | undefined;
  access_token?: string | undefined;
  /** What Cloudflare would say the caller's address is. */
  ip?: string | undefined;
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal;
};

/** Calls the API of a stack; `path` is without `/api`. */
export async function call(
  stack: Pick<HardStack, "api_url">,
  method: string,
  path: string,
  { body, access_token, ip, headers, signal }: Ask = {},
): Promise<Reply> {
  const from = performance.now();
  const answer = await fetch(`${stack.api_url}/api${path}`, {
    method,
    headers: {
      ...(body && { "content-type": "application/json" }),
      ...(access_token !== undefined && { authorization: `Bearer ${access_token}` }),
      ...(ip !== undefined && { "cf-connecting-ip": ip }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await answer.text();
  const ms = performance.now() - from;
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    ms,
  };
}

/** Asks again when it is told to come back later (503), as often as that may take on a busy machine. */
export async function insist(
  ask: () => Promise<Reply>,
  isTurnedAway: (reply: Reply) => boolean = ({ status }) => status === 503,
): Promise<Reply> {
  for (let tries = 1; ; tries += 1) {
    const reply = await ask();
    if (!isTurnedAway(reply) || tries === MAX_TRIES) return reply;
    await pause(1_000 * Number(reply.headers.get("retry-after") ?? 1));
  }
}

/** The `n`th of many IPv4 addresses, each in a network of its own. */
export function ipOf(n: number): string {
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
}

/** How often each of the values occurs, as `200 × 3, 401 × 97`. */
export function tally(values: readonly (string | number)[]): string {
  const counts = new Map<string | number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([value, count]) => `${value} × ${count}`).join(", ");
}

/** All of an answer that its reader can compare with another: what differs in every one is left out. */
export function seen({ status, headers, text }: Reply): string {
  const fixed = [...headers].filter(([name]) => name !== "date" && name !== "x-request-id");
  return JSON.stringify([status, fixed, text.replace(/"request_id":"[^"]*"/, "")]);
}

/** Does work for each number from 0 on, `lanes` at a time. */
export async function inLanes(
  count: number,
  lanes: number,
  work: (n: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) await work(n);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
