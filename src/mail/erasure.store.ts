import { and, eq, isNull, lt, ne, or } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { emails } from "./mail.table.ts";
import { FAREWELL } from "./outgoing.ts";

type Store = { readonly db: Db };

/** Takes a user's waiting mails out of the outbox. */
export async function deleteWaitingOf(ctx: Store, user_id: string): Promise<void> {
  await ctx.db.delete(emails).where(and(eq(emails.user_id, user_id), eq(emails.status, "waiting")));
}

/** Deletes what others had sent to a user's address; an earlier account's farewell looks after itself. */
export async function deleteOthersTo(ctx: Store, address: string, user_id: string): Promise<void> {
  await ctx.db
    .delete(emails)
    .where(
      and(
        eq(emails.to_address, address),
        or(isNull(emails.user_id), ne(emails.user_id, user_id)),
        ne(emails.kind, FAREWELL),
      ),
    );
}

/** Deletes at most `limit` of a user's mails; gives how many. */
export async function deleteEmailsOf(ctx: Store, user_id: string, limit: number): Promise<number> {
  const deleted = await ctx.db.delete(emails).where(eq(emails.user_id, user_id)).limit(limit);
  return deleted.rowsAffected;
}

/** Gives up farewells queued before `before` that still wait, and forgets whom they were for. */
export async function dropFarewells(ctx: Store, before: Instant): Promise<void> {
  await ctx.db
    .update(emails)
    .set({ status: "failed", lease_id: null, to_address: "", data: {} })
    .where(
      and(eq(emails.status, "waiting"), eq(emails.kind, FAREWELL), lt(emails.created_at, before)),
    );
}
