import { z } from "zod";
import type { Context } from "../platform/context.ts";
import { logFault, writeLine } from "../platform/log.ts";
import type { JobPage } from "../jobs/index.ts";
import { deliver, sweep, sweepOnce } from "./mail.service.ts";
import { forgetPage } from "./retention.service.ts";

/** After a fault that says nothing of when to come back. */
const RETRY_SECONDS = 30;
const wakeSchema = z.object({ ids: z.array(z.string()).max(100) });

/** Sends the mails that the queue's messages name, all in one go; what failed comes back when it is due. */
export async function consumeMailQueue(ctx: Context, batch: MessageBatch): Promise<void> {
  const ids = batch.messages.flatMap(({ body }) => wakeSchema.safeParse(body).data?.ids ?? []);
  try {
    const pause_ms = await deliver(ctx, ids);
    if (pause_ms === null) batch.ackAll();
    else batch.retryAll({ delaySeconds: Math.ceil(pause_ms / 1000) });
  } catch (error) {
    logFault("mail_queue_failed", error);
    batch.retryAll({ delaySeconds: RETRY_SECONDS });
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

/** The same by pages: one batch of the mails that were overdue when it began. */
export async function sweepPage(ctx: Context): Promise<JobPage> {
  const { tried, is_all } = await sweepOnce(ctx);
  return { counts: { tried }, next_after: is_all ? null : "more" };
}

/** Forgets a page of the mails of long ago. */
export async function forgetOldMails(ctx: Context): Promise<JobPage> {
  const { removed, is_all } = await forgetPage(ctx);
  return { counts: { removed }, next_after: is_all ? null : "more" };
}
