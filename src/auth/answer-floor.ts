import type { Context } from "../platform/context.ts";

/**
 * Runs `work` and answers (or fails) no sooner than the floor, so that the time of an answer does not
 * tell known addresses from unknown ones. The floor is a timer that runs from the start: a production
 * isolate's clock stands still while a hash is computed, so what is left could not be measured after it.
 */
export async function withAnswerFloor<T>(
  ctx: Pick<Context, "config">,
  work: () => Promise<T>,
): Promise<T> {
  const floor = new Promise((resolve) => setTimeout(resolve, ctx.config.AUTH_FLOOR_MS));
  try {
    return await work();
  } finally {
    await floor;
  }
}
