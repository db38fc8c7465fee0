import { record } from "../audit/index.ts";
import { readUnsubscription, type MailTopic, type Unsubscription } from "../mail/index.ts";
import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { unseal } from "../platform/seal.ts";
import { tellUser } from "./user.client.ts";
import { userErrors } from "./users.errors.ts";
import { lockUser, updateUser, type UserRow } from "./users.store.ts";

type Switch = "reminder_enabled" | "limit_emails" | "challenge_emails";
const SWITCH_OF: Record<MailTopic, Switch> = {
  reminder: "reminder_enabled",
  limit: "limit_emails",
  challenge: "challenge_emails",
};

/** What a mail's unsubscribe link is about; changes nothing. Raises `unsubscribe_token_invalid`. */
export function unsubscriptionOf(ctx: Context, token: string): Unsubscription {
  const payload = unseal(ctx.config, "unsubscribe", token);
  const unsubscription = payload === null ? null : readUnsubscription(payload);
  if (unsubscription === null) throw userErrors.unsubscribe_token_invalid();
  return unsubscription;
}

/**
 * Stops the mails that a link's token names: none of them is sent from now on, also of those that
 * wait. Repeatable; an account that is gone gets none anyway. Raises `unsubscribe_token_invalid`.
 */
export async function unsubscribe(ctx: Context, token: string): Promise<Unsubscription> {
  const unsubscription = unsubscriptionOf(ctx, token);
  const { user_id, topic } = unsubscription;
  const user = await withTransaction(ctx, async (tx) => {
    const before = await lockUser(tx, user_id);
    if (before?.[SWITCH_OF[topic]]) {
      await updateUser(tx, user_id, tx.clock.now(), switchedOff(topic));
      await record(tx, { action: "mail.unsubscribed", user_id, context: { topic } });
    }
    return before;
  });
  if (user) await tellUser(ctx, user_id);
  return unsubscription;
}

function switchedOff(topic: MailTopic): Partial<Pick<UserRow, Switch>> {
  return { [SWITCH_OF[topic]]: false };
}
