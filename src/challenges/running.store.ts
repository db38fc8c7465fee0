import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import { challenges, participants } from "./challenges.table.ts";

/** The running challenges these users take part in, the one that ends first first. */
export async function runningOf(
  ctx: { readonly db: Db },
  user_ids: readonly string[],
): Promise<{ user_id: string; name: string; end_date: OwnDate }[]> {
  if (user_ids.length === 0) return [];
  return await ctx.db
    .select({
      user_id: participants.user_id,
      name: challenges.name,
      end_date: challenges.end_date,
    })
    .from(participants)
    .innerJoin(challenges, eq(challenges.id, participants.challenge_id))
    .where(
      and(
        inArray(participants.user_id, [...user_ids]),
        isNull(participants.left_at),
        eq(challenges.status, "running"),
      ),
    )
    .orderBy(asc(challenges.end_date), asc(challenges.id));
}
