import { and, asc, eq, gt, inArray, isNull, lte, or } from "drizzle-orm";
import { emails } from "../mail/mail.table.ts";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { userDayRules, users, userSearch } from "../users/users.table.ts";
import { emailTokens } from "./auth.table.ts";

type Store = { readonly db: Db };

/** An account whose address was never confirmed. */
export type Unverified = {
  id: string;
  email: string;
  display_name: string;
  locale: string;
  created_at: Instant;
};
/** Its place in the order of their making. */
export type UnverifiedKey = Pick<Unverified, "id" | "created_at">;

/** A page of the accounts made until `before` whose addresses were never confirmed, oldest first. */
export async function pageOfUnverified(
  ctx: Store,
  before: Instant,
  after: UnverifiedKey | null,
  limit: number,
): Promise<Unverified[]> {
  const { id, email, display_name, locale, created_at, email_verified_at } = users;
  return await ctx.db
    .select({ id, email, display_name, locale, created_at })
    .from(users)
    .where(
      and(
        isNull(email_verified_at),
        lte(created_at, before),
        after === null
          ? undefined
          : or(
              gt(created_at, after.created_at),
              and(eq(created_at, after.created_at), gt(id, after.id)),
            ),
      ),
    )
    .orderBy(asc(created_at), asc(id))
    .limit(limit);
}

/**
 * Removes those of these accounts whose addresses are still not confirmed, with all that hangs on
 * them: such an account has never signed in. Gives how many; in the caller's transaction.
 */
export async function removeUnverified(ctx: Store, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const rows = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(and(inArray(users.id, [...ids]), isNull(users.email_verified_at)))
    .for("update");
  if (rows.length === 0) return 0;
  const gone = rows.map(({ id }) => id);
  await ctx.db.delete(emailTokens).where(inArray(emailTokens.user_id, gone));
  await ctx.db.delete(emails).where(inArray(emails.user_id, gone));
  await ctx.db.delete(userDayRules).where(inArray(userDayRules.user_id, gone));
  await ctx.db.delete(userSearch).where(inArray(userSearch.user_id, gone));
  await ctx.db.delete(users).where(inArray(users.id, gone));
  return gone.length;
}
