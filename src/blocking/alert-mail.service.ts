import { queueMail, wakeMail } from "../mail/index.ts";
import type { Context } from "../platform/context.ts";
import { HOUR_MS } from "../platform/time/instant.ts";
import { findUser } from "../users/index.ts";
import type { Alert } from "./alerts.ts";

/** An alert that Postmark could not take for so long says nothing any more. */
const WORTH_SENDING_MS = 6 * HOUR_MS;

/**
 * Mails an alert to who wants such mails: one for a rule, own date and percentage, however often this
 * is called for it.
 */
export async function mailAlert(ctx: Context, user_id: string, alert: Alert): Promise<void> {
  const user = await findUser(ctx, user_id);
  if (!user?.is_active || user.email_verified_at === null || !user.limit_emails) return;
  const { rule_id, rule_name, date, percent, used_seconds, limit_seconds } = alert;
  const queued = await queueMail(ctx, {
    dedupe_key: `limit-alert/${user_id}/${rule_id}/${date}/${percent}`,
    user_id,
    to_address: user.email,
    kind: "limit-alert",
    locale: user.locale === "fr" ? "fr" : "en",
    data: { display_name: user.display_name, rule_name, percent, used_seconds, limit_seconds },
    link: { path: `/limits/${rule_id}` },
    good_until: ctx.clock.now() + WORTH_SENDING_MS,
  });
  wakeMail(ctx, queued);
}
