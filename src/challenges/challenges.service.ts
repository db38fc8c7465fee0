import type { UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors } from "../platform/errors.ts";
import { createdId } from "../platform/once.ts";
import type { Instant } from "../platform/time/instant.ts";
import { ownDateOf } from "../platform/time/own-day.ts";
import { record } from "../audit/index.ts";
import { findUser, type UserRow } from "../users/index.ts";
import { challengeErrors } from "./challenges.errors.ts";
import {
  countOpenOf,
  findView,
  insertChallenge,
  lockCreator,
  pageOfJoined,
  pageOfOwned,
  pageOfPublic,
  type ChallengeView,
  type ListKey,
} from "./challenges.store.ts";
import { withFreeCode } from "./invite-codes.service.ts";
import { nextTurnOf, windowOf, type Challenge, type Status } from "./lifecycle.ts";
import { putParticipant } from "./participants.store.ts";
import { tellOfMembership } from "./participation.service.ts";
import { faultsOf, settledTerms, type Terms } from "./terms.ts";

/** API.md: at most 20 open challenges a creator. */
const MAX_OPEN = 20;

/** What somebody asks for who makes a challenge; the apps as the client calls them. */
export type NewChallenge = Terms & {
  /** The client's own id; asking again with it makes nothing twice. */
  id?: string | undefined;
  /** Whether the creator takes part. */
  join: boolean;
};

/** A page of a list, and the key behind which the next one begins. */
export type ChallengePage = { views: ChallengeView[]; next: ListKey | null };

/**
 * Makes a challenge, in which its creator takes part if they want to; gives it, and whether it is
 * new: what an earlier try under the same `Idempotency-Key` made is. Raises `invalid_fields` for terms
 * that do not fit together, `too_many_challenges`, `id_taken`.
 */
export async function createChallenge(
  ctx: UserContext,
  input: NewChallenge,
): Promise<{ view: ChallengeView; is_new: boolean }> {
  const id = input.id ?? createdId(ctx);
  const mayExist = input.id !== undefined || ctx.once.current?.is_resumed === true;
  const known = mayExist ? await findOwn(ctx, id) : null;
  if (known) return await madeBefore(ctx, input, known);
  const owner = await findUser(ctx, ctx.actor.user_id);
  if (!owner) throw errors.session_ended();
  const now = ctx.clock.now();
  const faults = faultsOf(input, ownDateOf(now, owner));
  if (faults.length > 0) throw errors.invalid_fields({ errors: faults });
  const challenge = newChallenge(id, input, owner, now);
  const outcome = await withFreeCode(async (new_code) => {
    const invite_code = input.visibility === "private" ? new_code : null;
    return await insert(ctx, { ...challenge, invite_code }, owner, input.join);
  });
  const view = await findOwn(ctx, id);
  if (!view) throw errors.internal();
  if (outcome === "id") return await madeBefore(ctx, input, view);
  await tellOfMembership(ctx, id, input.join);
  return { view, is_new: true };
}

/**
 * A challenge as the caller finds it. Raises `not_found`, also for a private one they have no part in
 * and one that was called off, which only its owner and those in it still see.
 */
export async function getChallenge(ctx: UserContext, id: string): Promise<ChallengeView> {
  const view = await findView(ctx, id, ctx.actor.user_id);
  if (!view) throw errors.not_found();
  const { owner_id, visibility, status } = view.challenge;
  const isTheirs = view.joined || owner_id === ctx.actor.user_id;
  const isForAll = visibility === "public" && status !== "cancelled";
  if (!isTheirs && !isForAll) throw errors.not_found();
  return view;
}

/** A page of the public challenges, newest first. */
export async function listChallenges(
  ctx: UserContext,
  filter: { status?: Status | undefined; q?: string | undefined },
  after: ListKey | null,
  limit: number,
): Promise<ChallengePage> {
  const views = await pageOfPublic(ctx, ctx.actor.user_id, filter, after, limit + 1);
  return pageFrom(views, limit);
}

/** A page of the challenges the caller made or takes part in, newest first. */
export async function myChallenges(
  ctx: UserContext,
  after: ListKey | null,
  limit: number,
): Promise<ChallengePage> {
  const { user_id } = ctx.actor;
  const [owned, joined] = await Promise.all([
    pageOfOwned(ctx, user_id, after, limit + 1),
    pageOfJoined(ctx, user_id, after, limit + 1),
  ]);
  const views = new Map([...owned, ...joined].map((view) => [view.challenge.id, view]));
  return pageFrom([...views.values()].sort(newestFirst), limit);
}

function newChallenge(id: string, input: NewChallenge, owner: UserRow, now: Instant): Challenge {
  const window = windowOf(input, [owner]);
  if (!window) throw errors.internal();
  const terms = settledTerms(input);
  const status = "scheduled" as const;
  return {
    id,
    owner_id: owner.id,
    ...terms,
    invite_code: null,
    participant_count: input.join ? 1 : 0,
    status,
    called_off_by: null,
    ...window,
    next_turn_at: nextTurnOf({ ...terms, status, ...window }),
    version: 1,
    created_at: now,
    updated_at: now,
  };
}

async function insert(
  ctx: UserContext,
  challenge: Challenge,
  owner: UserRow,
  join: boolean,
): Promise<"added" | "id" | "code_taken"> {
  return await withTransaction(ctx, async (tx) => {
    await lockCreator(tx, owner.id);
    if ((await countOpenOf(tx, owner.id)) >= MAX_OPEN) {
      throw challengeErrors.too_many_challenges({
        detail: `At most ${MAX_OPEN} of a creator's challenges can be open.`,
      });
    }
    const outcome = await insertChallenge(tx, challenge);
    if (outcome !== "added") return outcome;
    await record(tx, {
      action: "challenges.created",
      context: { challenge_id: challenge.id, joined: join },
      personal: { after: settledTerms(challenge) },
    });
    if (!join) return outcome;
    const { timezone, day_start_minute } = owner;
    await putParticipant(tx, {
      challenge_id: challenge.id,
      user_id: owner.id,
      timezone,
      day_start_minute,
      joined_at: challenge.created_at,
      left_at: null,
    });
    return outcome;
  });
}

/** The challenge of an id that may have been used before, null where there is none yet. Raises `id_taken` for somebody else's. */
async function findOwn(ctx: UserContext, id: string): Promise<ChallengeView | null> {
  const view = await findView(ctx, id, ctx.actor.user_id);
  if (view && view.challenge.owner_id !== ctx.actor.user_id) throw challengeErrors.id_taken();
  return view;
}

/** The first answer may have been lost before board and user heard of it; under a key, this is the first. */
async function madeBefore(ctx: UserContext, input: NewChallenge, view: ChallengeView) {
  await tellOfMembership(ctx, view.challenge.id, view.joined);
  return { view, is_new: input.id === undefined };
}

function pageFrom(views: readonly ChallengeView[], limit: number): ChallengePage {
  const page = views.slice(0, limit);
  const last = page.at(-1)?.challenge;
  const hasMore = last !== undefined && views.length > limit;
  return { views: page, next: hasMore ? { created_at: last.created_at, id: last.id } : null };
}

function newestFirst({ challenge: a }: ChallengeView, { challenge: b }: ChallengeView): number {
  return b.created_at - a.created_at || (a.id < b.id ? 1 : -1);
}
