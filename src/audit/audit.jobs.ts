import { z } from "zod";
import type { Context } from "../platform/context.ts";
import { logFault } from "../platform/log.ts";
import { LEVELS } from "./actions.ts";
import type { LogRow } from "./entry.ts";
import { takeIn } from "./recording.service.ts";

const LONGEST_PAUSE_SECONDS = 3_600;

const text = z.string().nullable();
const facts = z.record(z.string(), z.unknown());
const rowSchema: z.ZodType<LogRow> = z.object({
  id: z.string(),
  level: z.enum(LEVELS),
  action: z.string(),
  user_id: text,
  actor_id: text,
  ip: text,
  user_agent: text,
  request_id: text,
  context: facts,
  personal: facts.nullable(),
  created_at: z.int(),
});

/**
 * Writes a batch of queued acts down in one statement. While MySQL is away they come again after pauses
 * that double up to an hour: the queue keeps them for days, and the consumer's hundred tries last as long.
 */
export async function consumeAudit(ctx: Context, batch: MessageBatch): Promise<void> {
  const rows = batch.messages.flatMap(({ body }) => {
    const row = rowSchema.safeParse(body);
    if (row.error) logFault("audit_message_refused", row.error);
    return row.data ?? [];
  });
  try {
    await takeIn(ctx, rows);
    batch.ackAll();
  } catch (error) {
    logFault("audit_queue_failed", error);
    for (const message of batch.messages) {
      const delaySeconds = Math.min(LONGEST_PAUSE_SECONDS, 2 ** Math.min(message.attempts, 12));
      message.retry({ delaySeconds });
    }
  }
}
