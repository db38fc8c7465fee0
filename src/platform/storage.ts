import type { Context } from "./context.ts";
import { beforeDeadline } from "./deadline.ts";
import { errors } from "./errors.ts";

/** How long one call to R2 may take, in ms. */
const CALL_MS = 3_000;

/** Makes one counted call to the bucket of files. Raises `storage_unavailable`. */
export async function askStorage<T>(
  ctx: Pick<Context, "bindings" | "log" | "deadline_ms">,
  work: (bucket: R2Bucket) => Promise<T>,
): Promise<T> {
  try {
    return await ctx.log.timed(
      "r2",
      async () => await beforeDeadline(ctx, work(ctx.bindings.FILES), CALL_MS),
    );
  } catch (cause) {
    throw errors.storage_unavailable({ cause, retry_after_seconds: 2 });
  }
}
