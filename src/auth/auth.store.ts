import { and, desc, eq, gt, inArray, isNull, ne, sql } from "drizzle-orm";
import type { Clock } from "../platform/clock.ts";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { users } from "../users/users.table.ts";
import { emailTokens, sessions } from "./auth.table.ts";

type Store = { readonly db: Db };
export type SessionRow = typeof sessions.$inferSelect;
export type EmailTokenRow = typeof emailTokens.$inferSelect;

/**
 * Adds a session of an active user whose password hash is still this one; says whether it was. One
 * statement, so that a password that is changed or an account that is closed meanwhile wins.
 */
export async function insertSessionIf(
  ctx: Store,
  row: SessionRow,
  password_hash: string,
): Promise<boolean> {
  const value = <K extends keyof SessionRow>(name: K) =>
    sql<SessionRow[K]>`${sql.param(row[name], sessions[name])}`.as(name);
  const names = Object.keys(row) as (keyof SessionRow)[];
  const fields = Object.fromEntries(names.map((name) => [name, value(name)]));
  const { rowsAffected } = await ctx.db
    .insert(sessions)
    // The fields are the table's own columns, by name.
    .select(
      ctx.db
        .select(fields as never)
        .from(users)
        .where(
          and(
            eq(users.id, row.user_id),
            eq(users.password_hash, password_hash),
            eq(users.is_active, true),
          ),
        ) as never,
    );
  return rowsAffected > 0;
}

/** A session with what its user's next tokens depend on; null where there is none. */
export async function sessionWithUser(ctx: Store, session_id: string) {
  const rows = await ctx.db
    .select({ session: sessions, role: users.role, is_active: users.is_active })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.user_id))
    .where(eq(sessions.id, session_id));
  return rows[0] ?? null;
}

/** Moves a session's counter from `counter` to the next, if nobody else has; says whether it did. */
export async function rotateSession(
  ctx: Store,
  session_id: string,
  counter: number,
  now: Instant,
  expires_at: Instant,
): Promise<boolean> {
  const result = await ctx.db
    .update(sessions)
    .set({ counter: counter + 1, rotated_at: now, last_seen_at: now, expires_at })
    .where(
      and(eq(sessions.id, session_id), eq(sessions.counter, counter), isNull(sessions.ended_at)),
    );
  return result.rowsAffected > 0;
}

/** Ends a session; one that has ended keeps its first end. Says whether it is this one. */
export async function endSession(
  ctx: Store,
  session_id: string,
  now: Instant,
  reason: string,
): Promise<boolean> {
  const result = await ctx.db
    .update(sessions)
    .set({ ended_at: now, end_reason: reason })
    .where(and(eq(sessions.id, session_id), isNull(sessions.ended_at)));
  return result.rowsAffected > 0;
}

/** A user's sessions that live at `now`, the one last seen first. */
export async function liveSessions(
  ctx: Store,
  user_id: string,
  now: Instant,
): Promise<SessionRow[]> {
  return await ctx.db
    .select()
    .from(sessions)
    .where(isLiveOf(user_id, now))
    .orderBy(desc(sessions.last_seen_at), desc(sessions.id));
}

/** Ends a user's live sessions but for `kept`; gives whether any was ended. */
export async function endSessionsOf(
  ctx: Store,
  user_id: string,
  now: Instant,
  reason: string,
  kept: string | null = null,
): Promise<boolean> {
  const result = await ctx.db
    .update(sessions)
    .set({ ended_at: now, end_reason: reason })
    .where(and(isLiveOf(user_id, now), kept === null ? undefined : ne(sessions.id, kept)));
  return result.rowsAffected > 0;
}

/** Ends one of a user's own live sessions; says whether it was there. */
export async function endSessionOf(
  ctx: Store,
  user_id: string,
  session_id: string,
  now: Instant,
): Promise<boolean> {
  const result = await ctx.db
    .update(sessions)
    .set({ ended_at: now, end_reason: "ended_by_user" })
    .where(and(isLiveOf(user_id, now), eq(sessions.id, session_id)));
  return result.rowsAffected > 0;
}

function isLiveOf(user_id: string, now: Instant) {
  return and(
    eq(sessions.user_id, user_id),
    isNull(sessions.ended_at),
    gt(sessions.expires_at, now),
  );
}

/** The ids of a user's sessions that live now, for the copy in their object. */
export async function liveSessionsOf(
  ctx: Store & { readonly clock: Clock },
  user_id: string,
): Promise<string[]> {
  const now = ctx.clock.now();
  const rows = await ctx.db
    .select({ id: sessions.id })
    .from(sessions)
    .where(isLiveOf(user_id, now));
  return rows.map((row) => row.id);
}

/** Ends a user's unused mail tokens of these purposes. */
export async function endEmailTokens(
  ctx: Store,
  user_id: string,
  purposes: EmailTokenRow["purpose"][],
  now: Instant,
): Promise<void> {
  await ctx.db
    .update(emailTokens)
    .set({ replaced_at: now })
    .where(
      and(
        eq(emailTokens.user_id, user_id),
        inArray(emailTokens.purpose, purposes),
        isNull(emailTokens.used_at),
        isNull(emailTokens.replaced_at),
      ),
    );
}

type NewEmailToken = Pick<
  EmailTokenRow,
  "id" | "user_id" | "purpose" | "email" | "created_at" | "expires_at"
>;

/** Adds a mail token; the older ones of its purpose are ended first, where there can be any. */
export async function insertEmailToken(ctx: Store, token: NewEmailToken): Promise<void> {
  await insertEmailTokens(ctx, [token]);
}

/** Adds mail tokens of several people. */
export async function insertEmailTokens(
  ctx: Store,
  tokens: readonly NewEmailToken[],
): Promise<void> {
  await ctx.db
    .insert(emailTokens)
    .values(tokens.map((token) => ({ ...token, used_at: null, replaced_at: null })));
}

/** Uses a mail token up, if it is unused, not replaced and in time; says whether it was. */
export async function useEmailToken(ctx: Store, token_id: string, now: Instant): Promise<boolean> {
  const result = await ctx.db
    .update(emailTokens)
    .set({ used_at: now })
    .where(
      and(
        eq(emailTokens.id, token_id),
        isNull(emailTokens.used_at),
        isNull(emailTokens.replaced_at),
        gt(emailTokens.expires_at, now),
      ),
    );
  return result.rowsAffected > 0;
}

/** Finds a mail token by its id. */
export async function findEmailToken(ctx: Store, token_id: string): Promise<EmailTokenRow | null> {
  const rows = await ctx.db.select().from(emailTokens).where(eq(emailTokens.id, token_id));
  return rows[0] ?? null;
}
