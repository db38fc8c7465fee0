import { consumeAudit } from "./audit/audit.jobs.ts";
import { continueRuns } from "./cron.ts";
import { consumeDeadMail, consumeMailQueue } from "./mail/mail.jobs.ts";
import { jobContext } from "./platform/context.ts";

/** Hands a batch to the consumer of its queue; environments differ in a suffix of the name only. */
export async function consumeQueue(
  batch: MessageBatch,
  env: Env,
  ctx: ExecutionContext,
): Promise<void> {
  if (batch.queue.startsWith("focus-mail-dead")) consumeDeadMail(batch);
  else if (batch.queue.startsWith("focus-jobs")) await continueRuns(batch, env, ctx);
  else if (batch.queue.startsWith("focus-audit"))
    await consumeAudit(jobContext(env, ctx, batch.queue), batch);
  else await consumeMailQueue(jobContext(env, ctx, batch.queue), batch);
}
