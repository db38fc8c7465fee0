import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { remindPage } from "./reminders.service.ts";

/** Queues a page of the daily reminders that are due at the trigger's instant. */
export async function sendReminders(ctx: Context, after: string | null): Promise<JobPage> {
  return await remindPage(ctx, after);
}
