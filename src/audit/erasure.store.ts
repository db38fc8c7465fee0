import { eq, inArray, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { auditLogs } from "./audit.table.ts";

type Store = { readonly db: Db };

/** What else of a row could bear somebody's id: a client chooses its requests' ids. */
function withoutId(user_id: string, pseudonym: string) {
  const { request_id, context } = auditLogs;
  return {
    request_id: sql`replace(${request_id}, ${user_id}, ${pseudonym})`,
    context: sql`replace(${context}, ${user_id}, ${pseudonym})`,
  };
}

/**
 * Takes somebody's id, and what is personal, out of at most `limit` rows about them; the place too,
 * but where somebody else did it. Gives how many rows that were.
 */
export async function hideSubject(
  ctx: Store,
  user_id: string,
  pseudonym: string,
  limit: number,
): Promise<number> {
  const { actor_id, ip, user_agent } = auditLogs;
  const isOthers = sql`${actor_id} is not null and ${actor_id} <> ${user_id}`;
  const hidden = await ctx.db
    .update(auditLogs)
    .set({
      ...withoutId(user_id, pseudonym),
      user_id: pseudonym,
      personal: null,
      ip: sql`if(${isOthers}, ${ip}, null)`,
      user_agent: sql`if(${isOthers}, ${user_agent}, null)`,
    })
    .where(eq(auditLogs.user_id, user_id))
    .limit(limit);
  return hidden.rowsAffected;
}

/** Takes somebody's id and place out of at most `limit` rows of what they did; gives how many. */
export async function hideActor(
  ctx: Store,
  user_id: string,
  pseudonym: string,
  limit: number,
): Promise<number> {
  const hidden = await ctx.db
    .update(auditLogs)
    .set({ ...withoutId(user_id, pseudonym), actor_id: pseudonym, ip: null, user_agent: null })
    .where(eq(auditLogs.actor_id, user_id))
    .limit(limit);
  return hidden.rowsAffected;
}

/**
 * Takes the ids of these people, who never did anything themselves, and what is personal out of at
 * most `limit` rows; the place too, but where somebody else did it. Gives how many rows that were.
 */
export async function hidePeople(
  ctx: Store,
  user_ids: readonly string[],
  limit: number,
): Promise<number> {
  const { actor_id, ip, user_agent } = auditLogs;
  const hidden = await ctx.db
    .update(auditLogs)
    .set({
      user_id: null,
      personal: null,
      ip: sql`if(${actor_id} is null, null, ${ip})`,
      user_agent: sql`if(${actor_id} is null, null, ${user_agent})`,
    })
    .where(inArray(auditLogs.user_id, [...user_ids]))
    .limit(limit);
  return hidden.rowsAffected;
}
