import type { Context, UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors } from "../platform/errors.ts";
import { ownDateOf } from "../platform/time/own-day.ts";
import { record } from "../audit/index.ts";
import type { CountingRule } from "../usage/index.ts";
import { findUser, tellUser, type UserRow } from "../users/index.ts";
import { expectChange, tellBoard } from "./board.client.ts";
import { challengeErrors } from "./challenges.errors.ts";
import {
  findIdByInviteCode,
  findView,
  lockChallenge,
  updateChallenge,
  type ChallengeView,
} from "./challenges.store.ts";
import { readInviteCode } from "./invite-code.ts";
import { countingRuleOf } from "./counting.ts";
import { tryingCode } from "./invite-codes.service.ts";
import {
  isOpen,
  JOINABLE_STATUSES,
  nextTurnOf,
  widened,
  windowOf,
  type Challenge,
} from "./lifecycle.ts";
import {
  countOpenJoined,
  countResults,
  findParticipant,
  markLeft,
  membershipRowsOf,
  putParticipant,
  type ParticipantRow,
} from "./participants.store.ts";

/** A board keeps its order in memory: this many fit, also where the creator set no limit. */
const MAX_PARTICIPANTS = 100_000;
/** Every activity of a user goes to the board of each open challenge they take part in. */
const MAX_JOINED = 100;

/** By which rules the usage of somebody counts in the open challenges they take part in. */
export async function membershipsOf(
  ctx: Pick<Context, "db">,
  user_id: string,
): Promise<CountingRule[]> {
  return (await membershipRowsOf(ctx, user_id)).map(countingRuleOf);
}

/** In how many challenges somebody takes part now, how many they finished and how many of those they won. */
export async function challengeCounts(
  ctx: Pick<Context, "db">,
  user_id: string,
): Promise<{ active: number; finished: number; won: number }> {
  const [active, over] = await Promise.all([
    countOpenJoined(ctx, user_id),
    countResults(ctx, user_id),
  ]);
  return { active, ...over };
}

/**
 * Lets the caller into the challenge of an invite code. Raises `invite_code_unknown`,
 * `too_many_wrong_codes` and what `join` raises.
 */
export async function joinByCode(ctx: UserContext, typed_code: string): Promise<ChallengeView> {
  return await tryingCode(ctx, async () => {
    const code = readInviteCode(typed_code);
    const challenge_id = code && (await findIdByInviteCode(ctx, code));
    if (challenge_id === null) throw challengeErrors.invite_code_unknown();
    return await joinWith(ctx, challenge_id, code);
  });
}

/**
 * Lets the caller into a challenge, for the first time or again; gives it as they find it then. A
 * private one needs its invite code: without, it raises `not_found` like one that is not there.
 * Who is in already hears so, unless an earlier try under the same `Idempotency-Key` may have done it.
 * Raises `already_joined`, `challenge_over`, `challenge_full`, `too_many_challenges`, and
 * `too_many_wrong_codes` where a code is given.
 */
export async function join(
  ctx: UserContext,
  challenge_id: string,
  typed_code: string | undefined,
): Promise<ChallengeView> {
  if (typed_code === undefined) return await joinWith(ctx, challenge_id, null);
  return await tryingCode(
    ctx,
    async () => await joinWith(ctx, challenge_id, readInviteCode(typed_code)),
  );
}

async function joinWith(
  ctx: UserContext,
  challenge_id: string,
  invite_code: string | null,
): Promise<ChallengeView> {
  const { user_id } = ctx.actor;
  const [user, joined] = await Promise.all([findUser(ctx, user_id), countOpenJoined(ctx, user_id)]);
  if (!user) throw errors.session_ended();
  await expectChange(ctx, challenge_id, user_id);
  const outcome = await withTransaction(ctx, async (tx) => {
    const challenge = await lockChallenge(tx, challenge_id);
    const known = await findParticipant(tx, challenge_id, user_id);
    const isIn = known !== null && known.left_at === null;
    if (!challenge || !mayEnter(challenge, user_id, isIn, invite_code)) throw errors.not_found();
    if (isIn) return "already_joined";
    if (joined >= MAX_JOINED) throw tooManyJoined();
    await enter(tx, challenge, user, known);
    await record(tx, { action: "challenges.joined", context: { challenge_id } });
    return "joined";
  });
  await tellOfMembership(ctx, challenge_id, true);
  const mayBeOurs = ctx.once.current?.is_resumed === true;
  if (outcome === "already_joined" && !mayBeOurs) throw challengeErrors.already_joined();
  const view = await findView(ctx, challenge_id, user_id);
  if (!view) throw errors.not_found();
  return view;
}

/** Takes the caller out of a challenge; their score waits in case they come back. Raises `not_joined`, `challenge_over`. */
export async function leave(ctx: UserContext, challenge_id: string): Promise<void> {
  const { user_id } = ctx.actor;
  await expectChange(ctx, challenge_id, user_id);
  const hasLeft = await withTransaction(ctx, async (tx) => {
    const challenge = await lockChallenge(tx, challenge_id);
    const known = await findParticipant(tx, challenge_id, user_id);
    if (!challenge || !known) throw challengeErrors.not_joined();
    if (known.left_at !== null) return false;
    if (!isOpen(challenge.status)) throw challengeErrors.challenge_over();
    const now = tx.clock.now();
    await markLeft(tx, challenge_id, user_id, now);
    const participant_count = challenge.participant_count - 1;
    await updateChallenge(tx, challenge_id, now, { participant_count });
    await record(tx, { action: "challenges.left", context: { challenge_id } });
    return true;
  });
  await tellOfMembership(ctx, challenge_id, true);
  if (!hasLeft) throw challengeErrors.not_joined();
}

/**
 * Tells the board of a challenge, and the caller's own object if their part in it has changed.
 * Repeatable: where an earlier try was cut off, the next one heals it.
 */
export async function tellOfMembership(
  ctx: UserContext,
  challenge_id: string,
  has_changed: boolean,
): Promise<void> {
  const { user_id } = ctx.actor;
  await tellBoard(ctx, challenge_id, has_changed ? [user_id] : []);
  if (has_changed) await tellUser(ctx, user_id);
}

function mayEnter(
  challenge: Challenge,
  user_id: string,
  isIn: boolean,
  invite_code: string | null,
): boolean {
  if (challenge.owner_id === user_id || isIn) return true;
  // Called off, it is there for nobody else any more.
  if (challenge.status === "cancelled") return false;
  if (challenge.visibility === "public") return true;
  return invite_code !== null && invite_code === challenge.invite_code;
}

/** The challenge's row is held: the capacity is exact, and nobody turns its status meanwhile. */
async function enter(
  tx: UserContext,
  challenge: Challenge,
  user: UserRow,
  known: ParticipantRow | null,
): Promise<void> {
  const now = tx.clock.now();
  // Who comes back once it runs plays by the days they had: leaving must not move a day's edge.
  const rule = known !== null && challenge.status !== "scheduled" ? known : user;
  const isJoinable = JOINABLE_STATUSES.some((status) => status === challenge.status);
  const isOver = now >= challenge.ends_at || ownDateOf(now, rule) > challenge.end_date;
  if (!isJoinable || isOver) throw challengeErrors.challenge_over();
  const capacity = challenge.max_participants ?? MAX_PARTICIPANTS;
  if (challenge.participant_count >= capacity) throw challengeErrors.challenge_full();

  const { timezone, day_start_minute } = rule;
  await putParticipant(tx, {
    challenge_id: challenge.id,
    user_id: user.id,
    timezone,
    day_start_minute,
    joined_at: known?.joined_at ?? now,
    left_at: null,
  });
  const { status, grace_hours } = challenge;
  const own = windowOf(challenge, [rule]);
  const window = own ? widened(challenge, own) : challenge;
  const { starts_at, ends_at } = window;
  await updateChallenge(tx, challenge.id, now, {
    participant_count: challenge.participant_count + 1,
    starts_at,
    ends_at,
    next_turn_at: nextTurnOf({ status, grace_hours, starts_at, ends_at }),
  });
}

function tooManyJoined(): Error {
  return challengeErrors.too_many_challenges({
    detail: `At most ${MAX_JOINED} open challenges can be taken part in.`,
  });
}
