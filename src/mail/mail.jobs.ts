import { z } from "zod";
import type { Context } from "../platform/context.ts";
import { logFault, writeLine } from "../platform/log.ts";
import { deliver, sweep } from "./mail.service.ts";

const wakeSchema = z.object({ ids: z.array(z.string()).max(100) });

/** Sends the mails that the queue's messages name; what failed comes back when it is due again. */
export async function consumeMailQueue(ctx: Context, batch: MessageBatch): Promise<void> {
  for (const message of batch.messages) {
    const wake = wakeSchema.safeParse(message.body);
    if (!wake.success) {
      message.ack();
      continue;
    }
    try {
      const pause_ms = await deliver(ctx, wake.data.ids);
      if (pause_ms === null) message.ack();
      else message.retry({ delaySeconds: Math.ceil(pause_ms / 1000) });
    } catch (error) {
      logFault("mail_queue_failed", error);
      message.retry({ delaySeconds: 30 });
    }
  }
}

/** Notes wakes that were tried too often; their rows stay in the outbox, where the sweep retries them. */
export function consumeDeadMail(batch: MessageBatch): void {
  writeLine("error", "mail_wakes_given_up", { messages: batch.messages.length });
  batch.ackAll();
}

/** Sends whatever is overdue: wakes that were lost, tries that were postponed. */
export async function sweepOutbox(ctx: Context): Promise<{ tried: number }> {
  return await sweep(ctx);
}
