import type { Context } from "../platform/context.ts";
import type { Alert } from "./alerts.ts";

/** Mails an alert; placeholder for the moment. */
export async function mailAlert(ctx: Context, user_id: string, alert: Alert): Promise<void> {
  ctx.log.write("info", "alert_mail", { user_id, alert });
}
