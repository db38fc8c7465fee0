import { turnDueChallenges } from "./challenges/challenges.jobs.ts";
import { sweepOutbox } from "./mail/mail.jobs.ts";
import { jobContext, type Context } from "./platform/context.ts";
import { logFault } from "./platform/log.ts";
import { removeDueFiles } from "./users/avatars.jobs.ts";
import { sweepErasures } from "./users/users.jobs.ts";

type Job = (ctx: Context) => Promise<Record<string, number>>;

/** Which jobs a cron expression of wrangler.toml runs. */
const jobs: Record<string, Record<string, Job>> = {
  "*/15 * * * *": {
    turn_challenges: turnDueChallenges,
    sweep_outbox: sweepOutbox,
    remove_files: removeDueFiles,
    sweep_erasures: sweepErasures,
  },
  "17 3 * * *": {},
};

/** Runs an expression's jobs at the trigger's instant; one that fails does not keep the others from running. */
export async function runCron(
  controller: ScheduledController,
  env: Env,
  ctx: ExecutionContext,
): Promise<void> {
  for (const [name, job] of Object.entries(jobs[controller.cron] ?? {})) {
    const context = jobContext(env, ctx, name, controller.scheduledTime);
    try {
      context.log.write("info", "job", { job: name, ...(await job(context)) });
    } catch (error) {
      logFault("job_failed", error, { job: name });
    }
  }
}
