import { queueMail, wakeMail } from "../mail/index.ts";
import type { Context } from "../platform/context.ts";
import { findUser } from "../users/index.ts";
import type { Alert } from "./alerts.ts";

/**
 * Mails an alert to a user who wants such mails, has confirmed the address and may sign in; to others
 * it does nothing. Repeatable: there is one mail for each rule, own date and percentage.
 */
export async function mailAlert(ctx: Context, user_id: string, alert: Alert): Promise<void> {
  const user = await findUser(ctx, user_id);
  if (!user?.is_active || !user.limit_emails || user.email_verified_at === null) return;
  const { rule_id, rule_name, date, percent, used_seconds, limit_seconds } = alert;
  const queued = await queueMail(ctx, {
    dedupe_key: `alert/${user_id}/${rule_id}/${date}/${percent}`,
    user_id,
    to_address: user.email,
    kind: "limit-alert",
    locale: user.locale === "fr" ? "fr" : "en",
    data: { display_name: user.display_name, rule_name, percent, used_seconds, limit_seconds },
    link: { path: `/limits/${rule_id}` },
  });
  wakeMail(ctx, queued);
}
