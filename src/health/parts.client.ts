import type { Context } from "../platform/context.ts";
import { OBJECT_CLASSES, QUEUES, type ObjectClass, type QueueName } from "./parts.ts";

/** Nobody's object: it is only asked whether it answers. A relay's name has a number. */
const PROBED = "health:0";

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
