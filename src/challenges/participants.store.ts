import { and, asc, count, eq, gt, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import type { DayRule } from "../platform/time/own-day.ts";
import { users } from "../users/users.table.ts";
import { challenges, participants, results } from "./challenges.table.ts";
import type { MembershipRow } from "./counting.ts";
import { OPEN_STATUSES } from "./lifecycle.ts";

type Store = { readonly db: Db };
export type ParticipantRow = typeof participants.$inferSelect;

/** Finds a participant, also one who has left. */
export async function findParticipant(
  ctx: Store,
  challenge_id: string,
  user_id: string,
): Promise<ParticipantRow | null> {
  const rows = await ctx.db
    .select()
    .from(participants)
    .where(and(eq(participants.challenge_id, challenge_id), eq(participants.user_id, user_id)));
  return rows[0] ?? null;
}

/** Lets somebody in, for the first time or again; the day they first joined stays. */
export async function putParticipant(ctx: Store, row: ParticipantRow): Promise<void> {
  const { timezone, day_start_minute, left_at } = row;
  await ctx.db
    .insert(participants)
    .values(row)
    .onDuplicateKeyUpdate({ set: { timezone, day_start_minute, left_at } });
}

/** Notes that a participant has left; their days stay, in case they come back. */
export async function markLeft(
  ctx: Store,
  challenge_id: string,
  user_id: string,
  now: Instant,
): Promise<void> {
  await ctx.db
    .update(participants)
    .set({ left_at: now })
    .where(and(eq(participants.challenge_id, challenge_id), eq(participants.user_id, user_id)));
}

/** In how many open challenges somebody takes part. */
export async function countOpenJoined(ctx: Store, user_id: string): Promise<number> {
  const rows = await ctx.db
    .select({ joined: count() })
    .from(participants)
    .innerJoin(challenges, eq(challenges.id, participants.challenge_id))
    .where(isCounting(user_id));
  return rows[0]?.joined ?? 0;
}

/** How many challenges somebody finished, and how many of them they won. */
export async function countResults(
  ctx: Store,
  user_id: string,
): Promise<{ finished: number; won: number }> {
  const rows = await ctx.db
    .select({
      finished: count(),
      // A sum arrives as text, and as null over nothing.
      won: sql<string | null>`sum(${results.won})`,
    })
    .from(results)
    .where(eq(results.user_id, user_id));
  return { finished: rows[0]?.finished ?? 0, won: Number(rows[0]?.won ?? 0) };
}

/** The open challenges somebody takes part in, and by which days they play. */
export async function membershipRowsOf(ctx: Store, user_id: string): Promise<MembershipRow[]> {
  return await ctx.db
    .select({
      challenge_id: challenges.id,
      apps: challenges.apps,
      categories: challenges.categories,
      metric: challenges.metric,
      start_date: challenges.start_date,
      end_date: challenges.end_date,
      grace_hours: challenges.grace_hours,
      timezone: participants.timezone,
      day_start_minute: participants.day_start_minute,
      joined_at: participants.joined_at,
    })
    .from(participants)
    .innerJoin(challenges, eq(challenges.id, participants.challenge_id))
    .where(isCounting(user_id))
    .orderBy(asc(challenges.id));
}

/** The different day rules by which a challenge's participants play. */
export async function dayRulesIn(ctx: Store, challenge_id: string): Promise<DayRule[]> {
  const { timezone, day_start_minute } = participants;
  return await ctx.db
    .selectDistinct({ timezone, day_start_minute })
    .from(participants)
    .where(and(eq(participants.challenge_id, challenge_id), isNull(participants.left_at)));
}

/** A page of participants by user id, each with the day rule their account has now. */
export async function pageWithAccountRules(
  ctx: Store,
  challenge_id: string,
  after: string,
  limit: number,
): Promise<{ participant: ParticipantRow; account: DayRule }[]> {
  return await ctx.db
    .select({
      participant: participants,
      account: { timezone: users.timezone, day_start_minute: users.day_start_minute },
    })
    .from(participants)
    .innerJoin(users, eq(users.id, participants.user_id))
    .where(
      and(
        eq(participants.challenge_id, challenge_id),
        isNull(participants.left_at),
        gt(participants.user_id, after),
      ),
    )
    .orderBy(asc(participants.user_id))
    .limit(limit);
}

/** Who takes part in a challenge and may be mailed about it. */
export type Reader = { user_id: string; email: string; display_name: string; locale: string };

/** A page of them by user id: those with an active account and a confirmed address who want such mails. */
export async function pageOfReaders(
  ctx: Store,
  challenge_id: string,
  after: string,
  limit: number,
): Promise<Reader[]> {
  const { email, display_name, locale } = users;
  return await ctx.db
    .select({ user_id: participants.user_id, email, display_name, locale })
    .from(participants)
    .innerJoin(users, eq(users.id, participants.user_id))
    .where(
      and(
        eq(participants.challenge_id, challenge_id),
        isNull(participants.left_at),
        gt(participants.user_id, after),
        eq(users.is_active, true),
        isNotNull(users.email_verified_at),
        eq(users.challenge_emails, true),
      ),
    )
    .orderBy(asc(participants.user_id))
    .limit(limit);
}

/** Gives participants other day rules, and touches nothing else of them. */
export async function saveDayRules(ctx: Store, rows: readonly ParticipantRow[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.db
    .insert(participants)
    .values([...rows])
    .onDuplicateKeyUpdate({
      set: {
        timezone: sql`values(${participants.timezone})`,
        day_start_minute: sql`values(${participants.day_start_minute})`,
      },
    });
}

function isCounting(user_id: string) {
  return and(
    eq(participants.user_id, user_id),
    isNull(participants.left_at),
    inArray(challenges.status, [...OPEN_STATUSES]),
  );
}
