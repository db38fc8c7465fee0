import type { Bindings } from "../platform/bindings.ts";
import type { Context } from "../platform/context.ts";

/** The classes of objects, each with a binding of its own. */
export const OBJECT_CLASSES = {
  user: "USER",
  board: "BOARD",
  login_guard: "LOGIN_GUARD",
} as const satisfies Record<string, keyof Bindings>;
export type ObjectClass = keyof typeof OBJECT_CLASSES;

export const QUEUES = {
  mail: "MAIL_QUEUE",
  jobs: "JOBS_QUEUE",
  audit: "AUDIT_QUEUE",
} as const satisfies Record<string, keyof Bindings>;
export type QueueName = keyof typeof QUEUES;

/** Nobody's object: it is only asked whether it answers. */
const PROBED = "health";

/** One round trip to an object of a class, without its client's second tries: they would hide a sick one. */
export async function pingObject(ctx: Pick<Context, "bindings">, of: ObjectClass): Promise<void> {
  const namespace = ctx.bindings[OBJECT_CLASSES[of]];
  await namespace.get(namespace.idFromName(PROBED)).ping();
}

/** How many messages wait in a queue. */
export async function backlogOf(
  ctx: Pick<Context, "bindings">,
  queue: QueueName,
): Promise<{ messages: number; bytes: number }> {
  const { backlogCount, backlogBytes } = await ctx.bindings[QUEUES[queue]].metrics();
  return { messages: backlogCount, bytes: backlogBytes };
}

/** One look into the file storage. */
export async function lookIntoFiles(ctx: Pick<Context, "bindings">): Promise<void> {
  await ctx.bindings.FILES.head(PROBED);
}
