import { and, eq, gt, inArray, isNull, lte, or } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { emailTokens, sessions } from "./auth.table.ts";

type Store = { readonly db: Db };

/** Deletes at most `limit` mail tokens that were good until `before`; gives how many. */
export async function deleteTokens(ctx: Store, before: Instant, limit: number): Promise<number> {
  const rows = await ctx.db
    .select({ id: emailTokens.id })
    .from(emailTokens)
    .where(lte(emailTokens.expires_at, before))
    .limit(limit);
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await ctx.db.delete(emailTokens).where(inArray(emailTokens.id, ids));
  return rows.length;
}

/**
 * Deletes at most `limit` sessions that ended or expired by `before`; gives how many. One that ended
 * would have expired `longest_ms` later at the most, so the index on expiry bounds both.
 */
export async function deleteSessions(
  ctx: Store,
  before: Instant,
  longest_ms: number,
  limit: number,
): Promise<number> {
  const rows = await ctx.db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        lte(sessions.expires_at, before + longest_ms),
        or(lte(sessions.expires_at, before), lte(sessions.ended_at, before)),
      ),
    )
    .limit(limit);
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await ctx.db.delete(sessions).where(inArray(sessions.id, ids));
  return rows.length;
}

/** Of these users, those who hold a mail token that still confirms an address at `now`. */
export async function holdersOfVerifyTokens(
  ctx: Store,
  user_ids: readonly string[],
  now: Instant,
): Promise<Set<string>> {
  if (user_ids.length === 0) return new Set();
  const rows = await ctx.db
    .select({ user_id: emailTokens.user_id })
    .from(emailTokens)
    .where(
      and(
        inArray(emailTokens.user_id, [...user_ids]),
        eq(emailTokens.purpose, "verify"),
        isNull(emailTokens.used_at),
        isNull(emailTokens.replaced_at),
        gt(emailTokens.expires_at, now),
      ),
    );
  return new Set(rows.map(({ user_id }) => user_id));
}
