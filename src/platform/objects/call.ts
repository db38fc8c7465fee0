import type { Context } from "../context.ts";
import { beforeDeadline } from "../deadline.ts";
import { errors } from "../errors.ts";

const MAX_TRIES = 3;
const FIRST_PAUSE_MS = 50;

type Caller = Pick<Context, "log" | "origin" | "deadline_ms">;

/**
 * Calls a Durable Object by name and gives its result; every method behind it is safe to repeat.
 * Tried again only on what the platform calls retryable, with a new stub each time (a stub breaks);
 * an overloaded object is left alone. Waits no longer than the caller's work may.
 * Raises `object_unavailable`.
 */
export async function callObject<T extends Rpc.DurableObjectBranded | undefined, R>(
  ctx: Caller,
  namespace: DurableObjectNamespace<T>,
  name: string,
  call: (stub: DurableObjectStub<T>) => Promise<R>,
): Promise<R> {
  const options = ctx.origin.location_hint ? { locationHint: ctx.origin.location_hint } : {};
  for (let attempt = 1; ; attempt += 1) {
    const stub = namespace.get(namespace.idFromName(name), options);
    try {
      return await ctx.log.timed("object", async () => await beforeDeadline(ctx, call(stub)));
    } catch (error) {
      if (!isRetryable(error) || attempt >= MAX_TRIES) {
        throw errors.object_unavailable({ cause: error, retry_after_seconds: 1 });
      }
      await pause(FIRST_PAUSE_MS * attempt);
    }
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function isRetryable(error: unknown): boolean {
  const flags = error as { retryable?: boolean; overloaded?: boolean };
  return flags.retryable === true && flags.overloaded !== true;
}
