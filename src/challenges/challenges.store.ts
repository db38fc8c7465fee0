import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  inArray,
  isNull,
  like,
  lt,
  lte,
  ne,
  or,
  sql,
  type SQL,
} from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import { isDuplicate } from "../platform/db/faults.ts";
import { escapeLike } from "../platform/db/like.ts";
import type { Instant } from "../platform/time/instant.ts";
import { users } from "../users/users.table.ts";
import { challenges, participants } from "./challenges.table.ts";
import { OPEN_STATUSES, type Challenge, type Status } from "./lifecycle.ts";

type Store = { readonly db: Db };

const INVITE_CODE_KEY = "challenges_invite_code";

/** A challenge as a viewer finds it. */
export type ChallengeView = {
  challenge: Challenge;
  /** Null once the owner's account is gone. */
  owner_name: string | null;
  joined: boolean;
};

/** The place of a challenge in a list, newest first. */
export type ListKey = { created_at: Instant; id: string };

/** Finds a challenge by its id. */
export async function findChallenge(ctx: Store, id: string): Promise<Challenge | null> {
  const rows = await ctx.db.select().from(challenges).where(eq(challenges.id, id));
  return rows[0] ?? null;
}

/** The same, and holds the row until the transaction ends: who joins, leaves or turns it goes one by one. */
export async function lockChallenge(ctx: Store, id: string): Promise<Challenge | null> {
  const rows = await ctx.db.select().from(challenges).where(eq(challenges.id, id)).for("update");
  return rows[0] ?? null;
}

/** Finds the id of the challenge that an invite code (in its stored form) leads to. */
export async function findIdByInviteCode(ctx: Store, invite_code: string): Promise<string | null> {
  const rows = await ctx.db
    .select({ id: challenges.id })
    .from(challenges)
    .where(eq(challenges.invite_code, invite_code));
  return rows[0]?.id ?? null;
}

/** Adds a challenge; says which of its keys is taken, if one is. */
export async function insertChallenge(
  ctx: Store,
  row: Challenge,
): Promise<"added" | "id" | "code_taken"> {
  try {
    await ctx.db.insert(challenges).values(row);
    return "added";
  } catch (error) {
    if (isDuplicate(error, "PRIMARY")) return "id";
    if (isDuplicate(error, INVITE_CODE_KEY)) return "code_taken";
    throw error;
  }
}

type Changes = Partial<Omit<Challenge, "id" | "version" | "created_at" | "updated_at">>;

/** Changes a challenge and moves its version. */
export async function updateChallenge(
  ctx: Store,
  id: string,
  now: Instant,
  changes: Changes,
): Promise<void> {
  await ctx.db
    .update(challenges)
    .set({ ...changes, updated_at: now, version: sql`${challenges.version} + 1` })
    .where(eq(challenges.id, id));
}

/** The same, unless the invite code it is to have leads elsewhere already: then nothing changes. */
export async function updateUnlessCodeTaken(
  ctx: Store,
  id: string,
  now: Instant,
  changes: Changes,
): Promise<"changed" | "code_taken"> {
  try {
    await updateChallenge(ctx, id, now, changes);
    return "changed";
  } catch (error) {
    if (isDuplicate(error, INVITE_CODE_KEY)) return "code_taken";
    throw error;
  }
}

/** Holds a creator's row until the transaction ends, so that their creations are counted one by one. */
export async function lockCreator(ctx: Store, user_id: string): Promise<void> {
  await ctx.db.select({ id: users.id }).from(users).where(eq(users.id, user_id)).for("update");
}

/** How many of a creator's challenges are open. */
export async function countOpenOf(ctx: Store, owner_id: string): Promise<number> {
  const rows = await ctx.db
    .select({ open: count() })
    .from(challenges)
    .where(and(eq(challenges.owner_id, owner_id), inArray(challenges.status, [...OPEN_STATUSES])));
  return rows[0]?.open ?? 0;
}

/** A challenge as `viewer_id` finds it, whether or not they may see it. */
export async function findView(
  ctx: Store,
  id: string,
  viewer_id: string,
): Promise<ChallengeView | null> {
  const rows = await viewsOf(ctx, viewer_id).where(eq(challenges.id, id));
  return rows.map(viewOf)[0] ?? null;
}

/** A page of the public challenges but for those called off, newest first, after the given key. */
export async function pageOfPublic(
  ctx: Store,
  viewer_id: string,
  filter: { status?: Status | undefined; q?: string | undefined },
  after: ListKey | null,
  limit: number,
): Promise<ChallengeView[]> {
  const rows = await viewsOf(ctx, viewer_id)
    .where(
      and(
        eq(challenges.visibility, "public"),
        ne(challenges.status, "cancelled"),
        filter.status === undefined ? undefined : eq(challenges.status, filter.status),
        filter.q === undefined ? undefined : like(challenges.name, `%${escapeLike(filter.q)}%`),
        older(after),
      ),
    )
    .orderBy(desc(challenges.created_at), desc(challenges.id))
    .limit(limit);
  return rows.map(viewOf);
}

/** A page of the challenges somebody made, newest first. */
export async function pageOfOwned(
  ctx: Store,
  owner_id: string,
  after: ListKey | null,
  limit: number,
): Promise<ChallengeView[]> {
  const rows = await viewsOf(ctx, owner_id)
    .where(and(eq(challenges.owner_id, owner_id), older(after)))
    .orderBy(desc(challenges.created_at), desc(challenges.id))
    .limit(limit);
  return rows.map(viewOf);
}

/** A page of the challenges somebody takes part in, newest first. */
export async function pageOfJoined(
  ctx: Store,
  user_id: string,
  after: ListKey | null,
  limit: number,
): Promise<ChallengeView[]> {
  const rows = await ctx.db
    .select({
      challenge: challenges,
      owner_name: users.display_name,
      participant_id: participants.user_id,
    })
    .from(participants)
    .innerJoin(challenges, eq(challenges.id, participants.challenge_id))
    .leftJoin(users, eq(users.id, challenges.owner_id))
    .where(and(eq(participants.user_id, user_id), isNull(participants.left_at), older(after)))
    .orderBy(desc(challenges.created_at), desc(challenges.id))
    .limit(limit);
  return rows.map(viewOf);
}

/** The challenges whose turn was due at `now`, those longest due first, after the given key. */
export async function pageOfDue(
  ctx: Store,
  now: Instant,
  after: { next_turn_at: Instant; id: string } | null,
  limit: number,
): Promise<{ id: string; next_turn_at: Instant }[]> {
  const { id, next_turn_at } = challenges;
  const rows = await ctx.db
    .select({ id, next_turn_at })
    .from(challenges)
    .where(
      and(
        lte(next_turn_at, now),
        after === null
          ? undefined
          : or(
              gt(next_turn_at, after.next_turn_at),
              and(eq(next_turn_at, after.next_turn_at), gt(id, after.id)),
            ),
      ),
    )
    .orderBy(asc(next_turn_at), asc(id))
    .limit(limit);
  return rows.flatMap((row) =>
    row.next_turn_at === null ? [] : [{ id: row.id, next_turn_at: row.next_turn_at }],
  );
}

function viewsOf(ctx: Store, viewer_id: string) {
  return ctx.db
    .select({
      challenge: challenges,
      owner_name: users.display_name,
      participant_id: participants.user_id,
    })
    .from(challenges)
    .leftJoin(users, eq(users.id, challenges.owner_id))
    .leftJoin(
      participants,
      and(
        eq(participants.challenge_id, challenges.id),
        eq(participants.user_id, viewer_id),
        isNull(participants.left_at),
      ),
    );
}

function viewOf(row: {
  challenge: Challenge;
  owner_name: string | null;
  participant_id: string | null;
}): ChallengeView {
  return {
    challenge: row.challenge,
    owner_name: row.owner_name,
    joined: row.participant_id !== null,
  };
}

function older(than: ListKey | null): SQL | undefined {
  if (than === null) return undefined;
  return or(
    lt(challenges.created_at, than.created_at),
    and(eq(challenges.created_at, than.created_at), lt(challenges.id, than.id)),
  );
}
