import { and, eq } from "drizzle-orm";
import { emails } from "../../mail/mail.table.ts";
import { db } from "./scenario.ts";

/** How many mails of a kind somebody has in the outbox, sent or not. */
export async function mailsOf(user_id: string, kind: string): Promise<number> {
  const isTheirs = and(eq(emails.user_id, user_id), eq(emails.kind, kind));
  return (await db().select({ id: emails.id }).from(emails).where(isTheirs)).length;
}
