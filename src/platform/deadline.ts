import type { Context } from "./context.ts";

/**
 * Waits for `answer` as long as the work that `ctx` belongs to may still wait, and at most
 * `longest_ms`; then throws. What was asked for goes on unseen.
 */
export async function beforeDeadline<R>(
  ctx: Pick<Context, "log" | "deadline_ms">,
  answer: Promise<R>,
  longest_ms = Infinity,
): Promise<R> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const left_ms = Math.max(0, Math.min(longest_ms, ctx.deadline_ms - ctx.log.elapsed()));
    timer = setTimeout(() => reject(new Error("the answer took too long")), left_ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
