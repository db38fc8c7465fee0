import type { Context } from "../platform/context.ts";
import { inPages } from "../platform/db/pages.ts";
import { forgetAddress } from "./addresses.store.ts";
import { deleteEmailsOf, deleteOthersTo, deleteWaitingOf } from "./erasure.store.ts";
import { queueMail } from "./mail.service.ts";
import { FAREWELL } from "./outgoing.ts";

/** Whom the last mail of an account goes to. */
export type Leaver = { id: string; email: string; display_name: string; locale: string };

/**
 * Takes the waiting mails of an account that is being deleted out of the outbox and puts its farewell
 * in; gives that one's id for `wakeMail`. The farewell bears no id of the account, and its row forgets
 * the address once it is out. In the caller's transaction.
 */
export async function queueFarewell(
  tx: Context,
  { id, email, display_name, locale }: Leaver,
  pseudonym: string,
): Promise<string[]> {
  await deleteWaitingOf(tx, id);
  await deleteOthersTo(tx, email, id);
  await forgetAddress(tx, email);
  return await queueMail(tx, {
    dedupe_key: `${FAREWELL}:${pseudonym}`,
    user_id: null,
    to_address: email,
    kind: FAREWELL,
    locale: locale === "fr" ? "fr" : "en",
    data: { display_name },
    link: null,
  });
}

/** Erases the mails of a user. Repeatable. */
export async function eraseMailsOf(ctx: Context, user_id: string): Promise<void> {
  await inPages(async (limit) => await deleteEmailsOf(ctx, user_id, limit));
}
