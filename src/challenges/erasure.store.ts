import { and, eq } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { isDuplicate } from "../platform/db/faults.ts";
import { challengeDays } from "../usage/usage.table.ts";
import { challenges, participants, results } from "./challenges.table.ts";

type Store = { readonly db: Db };

/** The tables in which somebody has a place in a challenge. */
const places = [participants, results, challengeDays] as const;
type Place = (typeof places)[number];

/** The ids of all challenges that somebody made, takes or took part in, or has days or a result in. */
export async function challengeIdsOf(ctx: Store, user_id: string): Promise<string[]> {
  const found = await Promise.all([
    ctx.db.select({ id: challenges.id }).from(challenges).where(eq(challenges.owner_id, user_id)),
    ...places.map(
      async (place) =>
        await ctx.db
          .selectDistinct({ id: place.challenge_id })
          .from(place)
          .where(eq(place.user_id, user_id)),
    ),
  ]);
  return [...new Set(found.flat().map((row) => row.id))];
}

/** Deletes all that a challenge's tables hold of somebody. */
export async function deletePlace(
  ctx: Store,
  challenge_id: string,
  user_id: string,
): Promise<void> {
  for (const place of places) await ctx.db.delete(place).where(isAt(place, challenge_id, user_id));
}

/** Gives somebody's place in a challenge to `pseudonym`; what that one holds already is not replaced. */
export async function handOverPlace(
  ctx: Store,
  challenge_id: string,
  user_id: string,
  pseudonym: string,
): Promise<void> {
  for (const place of places) {
    try {
      await ctx.db
        .update(place)
        .set({ user_id: pseudonym })
        .where(isAt(place, challenge_id, user_id));
    } catch (error) {
      // Handed over before; what came back was written late, by a statement that had been given up.
      if (!isDuplicate(error, "PRIMARY")) throw error;
      await ctx.db.delete(place).where(isAt(place, challenge_id, user_id));
    }
  }
}

function isAt(place: Place, challenge_id: string, user_id: string) {
  return and(eq(place.challenge_id, challenge_id), eq(place.user_id, user_id));
}
