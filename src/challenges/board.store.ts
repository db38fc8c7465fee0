import { and, asc, eq, gt, inArray, sql, type SQL } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { challengeDays } from "../usage/usage.table.ts";
import { users } from "../users/users.table.ts";
import { participants, results } from "./challenges.table.ts";
import { toldDaysIn, type ToldDay } from "./told-days.ts";

type Store = { readonly db: Db };

/** A participant as a board takes them in. */
export type BoardPerson = {
  user_id: string;
  display_name: string;
  avatar_key: string | null;
  timezone: string;
  day_start_minute: number;
  left_at: Instant | null;
  /** All that MySQL holds of them; null for none. */
  days: ToldDay[] | null;
};

export type ResultRow = typeof results.$inferSelect;

// One row a person instead of one a day: a day costs a tenth of a row on its way here.
const { date, seconds, reported, version } = challengeDays;
const days = sql`(
  select json_arrayagg(json_array(${date}, ${seconds}, ${reported}, ${version})) from ${challengeDays}
  where ${challengeDays.challenge_id} = ${participants.challenge_id} and ${challengeDays.user_id} = ${participants.user_id}
)`.mapWith(daysOut) as SQL<ToldDay[] | null>;

const person = {
  user_id: participants.user_id,
  // Who is on a final board under a pseudonym has no account.
  display_name: sql<string>`coalesce(${users.display_name}, '')`,
  avatar_key: users.avatar_key,
  timezone: participants.timezone,
  day_start_minute: participants.day_start_minute,
  left_at: participants.left_at,
  days,
};

/** Aggregated JSON arrives as text from one server and as JSON from another. */
function daysOut(given: string | ToldDay[]): ToldDay[] {
  return typeof given === "string" ? toldDaysIn(given) : given;
}

/** A page of a challenge's participants by user id, also of those who have left, each with their days. */
export async function pageOfPeople(
  ctx: Store,
  challenge_id: string,
  after: string,
  limit: number,
): Promise<BoardPerson[]> {
  return await ctx.db
    .select(person)
    .from(participants)
    .leftJoin(users, eq(users.id, participants.user_id))
    .where(and(eq(participants.challenge_id, challenge_id), gt(participants.user_id, after)))
    .orderBy(asc(participants.user_id))
    .limit(limit);
}

/** Those of these people who take part in a challenge, or once did, each with their days. */
export async function peopleByIds(
  ctx: Store,
  challenge_id: string,
  user_ids: readonly string[],
): Promise<BoardPerson[]> {
  if (user_ids.length === 0) return [];
  return await ctx.db
    .select(person)
    .from(participants)
    .leftJoin(users, eq(users.id, participants.user_id))
    .where(
      and(
        eq(participants.challenge_id, challenge_id),
        inArray(participants.user_id, [...user_ids]),
      ),
    );
}

/** Drops the days of people whose day rules have changed: their usage falls on other dates now. */
export async function dropDays(
  ctx: Store,
  challenge_id: string,
  user_ids: readonly string[],
): Promise<void> {
  if (user_ids.length === 0) return;
  const { user_id } = challengeDays;
  await ctx.db
    .delete(challengeDays)
    .where(and(eq(challengeDays.challenge_id, challenge_id), inArray(user_id, [...user_ids])));
}

/** Writes lines of a final board; written again, they stay what they are. */
export async function saveResults(ctx: Store, rows: readonly ResultRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { rank, score, days_reported, days_total, won } = results;
  await ctx.db
    .insert(results)
    .values([...rows])
    .onDuplicateKeyUpdate({
      set: {
        rank: sql`values(${rank})`,
        score: sql`values(${score})`,
        days_reported: sql`values(${days_reported})`,
        days_total: sql`values(${days_total})`,
        won: sql`values(${won})`,
      },
    });
}

/** Drops what was written of a final board: the challenge was called off. */
export async function dropResults(ctx: Store, challenge_id: string): Promise<void> {
  await ctx.db.delete(results).where(eq(results.challenge_id, challenge_id));
}

/** The final lines of these people. */
export async function resultsOf(
  ctx: Store,
  challenge_id: string,
  user_ids: readonly string[],
): Promise<ResultRow[]> {
  if (user_ids.length === 0) return [];
  return await ctx.db
    .select()
    .from(results)
    .where(and(eq(results.challenge_id, challenge_id), inArray(results.user_id, [...user_ids])));
}
