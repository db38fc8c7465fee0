import { and, count, eq, gte, inArray, min } from "drizzle-orm";
import { challenges } from "../challenges/challenges.table.ts";
import { emails } from "../mail/mail.table.ts";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";

type Store = { readonly db: Db };

/** How many challenges stand at each status. */
export async function challengesByStatus(ctx: Store) {
  return await ctx.db
    .select({ status: challenges.status, n: count() })
    .from(challenges)
    .groupBy(challenges.status);
}

/** How many mails wait, and when the one that has waited longest may be tried. */
export async function waitingMails(ctx: Store): Promise<{ n: number; due_at: Instant | null }> {
  const rows = await ctx.db
    .select({ n: count(), due_at: min(emails.next_attempt_at) })
    .from(emails)
    .where(eq(emails.status, "waiting"));
  return rows[0] ?? { n: 0, due_at: null };
}

/** How many mails that were last tried since an instant came to each end. */
export async function mailsSince(ctx: Store, since: Instant) {
  return await ctx.db
    .select({ status: emails.status, n: count() })
    .from(emails)
    .where(
      and(
        inArray(emails.status, ["sent", "failed", "refused", "dropped"]),
        gte(emails.next_attempt_at, since),
      ),
    )
    .groupBy(emails.status);
}
