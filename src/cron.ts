import { archiveOldLogs, countLogs, recountLogs } from "./audit/archive.jobs.ts";
import { forgetOldSessions, forgetOldTokens, tendUnverifiedAccounts } from "./auth/auth.jobs.ts";
import { turnDueChallenges } from "./challenges/challenges.jobs.ts";
import {
  consumeJobs,
  forgetRunsOfLongAgo,
  inOneGo,
  runTriggered,
  type Jobs,
} from "./jobs/runs.jobs.ts";
import { forgetOldMails, sweepPage } from "./mail/mail.jobs.ts";
import { jobContext, type Context } from "./platform/context.ts";
import { logFault } from "./platform/log.ts";
import { sendNow } from "./platform/metrics/send.ts";
import type { Instant } from "./platform/time/instant.ts";
import { closeGrowth, countUsage, recountUsage } from "./statistics/statistics.jobs.ts";
import { sendReminders } from "./reminders/reminders.jobs.ts";
import { removeDueFiles } from "./users/avatars.jobs.ts";
import { fillSearch, sweepErasures } from "./users/users.jobs.ts";

/** Which jobs a cron expression of wrangler.toml runs, in this order. */
const triggers: Record<string, Jobs> = {
  "*/15 * * * *": {
    send_reminders: sendReminders,
    turn_challenges: turnDueChallenges,
    sweep_outbox: sweepPage,
    remove_files: inOneGo(removeDueFiles),
    sweep_erasures: inOneGo(sweepErasures),
    close_growth: inOneGo(closeGrowth),
    count_usage: countUsage,
    fill_search: fillSearch,
    count_logs: countLogs,
  },
  "17 3 * * *": {
    tend_unverified: tendUnverifiedAccounts,
    forget_tokens: forgetOldTokens,
    forget_sessions: forgetOldSessions,
    forget_mails: forgetOldMails,
    forget_runs: forgetRunsOfLongAgo,
    recount_usage: recountUsage,
    archive_logs: archiveOldLogs,
    recount_logs: recountLogs,
  },
};
/** All of these jobs, by their names. */
export const jobs: Jobs = Object.assign({}, ...Object.values(triggers)) as Jobs;

type Invocation = Pick<ExecutionContext, "waitUntil">;
const contextIn =
  (env: Env, ctx: Invocation) =>
  (job: string, instant: Instant): Context =>
    jobContext(env, ctx, job, instant);

/** Runs an expression's jobs at the trigger's instant; one that fails does not keep the others from running. */
export async function runCron(
  controller: ScheduledController,
  env: Env,
  ctx: ExecutionContext,
): Promise<void> {
  const names = Object.keys(triggers[controller.cron] ?? {});
  try {
    await runTriggered(contextIn(env, ctx), jobs, names, controller.scheduledTime);
  } catch (error) {
    // Whatever it was, the runs stand where they stopped, and the next trigger goes on with them.
    logFault("trigger_failed", error, { cron: controller.cron });
  }
  await sendNow(env);
}

/** Goes on with runs that had more pages than their trigger had time. */
export async function continueRuns(batch: MessageBatch, env: Env, ctx: Invocation): Promise<void> {
  await consumeJobs(contextIn(env, ctx), jobs, batch);
  await sendNow(env);
}
