import type { Context } from "../platform/context.ts";

/** Mails an alert; `key` names rule, date and percent. */
export async function mailAlert(ctx: Context, user_id: string, key: string): Promise<void> {
  ctx.log.write("info", "alert_mail", { user_id, key });
}
