import type { Context } from "../platform/context.ts";

/**
 * Runs `work` and answers (or fails) no sooner than the floor after the request's start, so that the
 * time of an answer does not tell known addresses from unknown ones.
 */
export async function withAnswerFloor<T>(
  ctx: Pick<Context, "config" | "log">,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    const left = ctx.config.AUTH_FLOOR_MS - ctx.log.elapsed();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  }
}
