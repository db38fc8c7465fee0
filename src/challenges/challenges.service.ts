import type { UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors, invalidField } from "../platform/errors.ts";
import { randomBytes } from "../platform/ids.ts";
import { createdId } from "../platform/once.ts";
import { addDays, type OwnDate } from "../platform/time/dates.ts";
import type { Instant } from "../platform/time/instant.ts";
import { ownDateOf, type DayRule } from "../platform/time/own-day.ts";
import { canonicalApp, type Category } from "../usage/index.ts";
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
import { INVITE_CODE_LENGTH, inviteCodeOf } from "./invite-code.ts";
import { nextTurnOf, windowOf, type Challenge, type Metric, type Status } from "./lifecycle.ts";
import { putParticipant } from "./participants.store.ts";
import { tellOfMembership } from "./participation.service.ts";

/** API.md: at most 20 open challenges a creator. */
const MAX_OPEN = 20;
/** How far ahead a challenge may start. */
const MAX_DAYS_AHEAD = 366;
/** Codes are 40 random bits: a second try is rare, a fifth is a fault. */
const CODE_TRIES = 5;

/** What somebody asks for who makes a challenge. */
export type NewChallenge = {
  /** The client's own id; asking again with it makes nothing twice. */
  id?: string | undefined;
  name: string;
  description: string;
  visibility: "public" | "private";
  /** As the client calls them. */
  apps: string[];
  categories: Category[];
  metric: Metric;
  start_date: OwnDate;
  end_date: OwnDate;
  missing_day_seconds: number;
  grace_hours: number;
  max_participants?: number | undefined;
  /** Whether the creator takes part. */
  join: boolean;
};

/** A page of a list, and the key behind which the next one begins. */
export type ChallengePage = { views: ChallengeView[]; next: ListKey | null };

/**
 * Makes a challenge, in which its creator takes part if they want to; gives it, and whether it is
 * new: what an earlier try under the same `Idempotency-Key` made is. Raises `invalid_fields` for a metric that does not exist yet or a start outside the coming
 * year, `too_many_challenges`, `id_taken`.
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
  requirePlayable(input, owner, now);
  const challenge = newChallenge(id, input, owner, now);
  for (let attempt = 1; attempt <= CODE_TRIES; attempt += 1) {
    const invite_code =
      input.visibility === "private" ? inviteCodeOf(randomBytes(INVITE_CODE_LENGTH)) : null;
    const outcome = await insert(ctx, { ...challenge, invite_code }, owner, input.join);
    if (outcome === "invite_code") continue;
    const view = await findOwn(ctx, id);
    if (!view) throw errors.internal();
    if (outcome === "id") return await madeBefore(ctx, input, view);
    await tellOfMembership(ctx, id, input.join);
    return { view, is_new: true };
  }
  throw errors.internal();
}

/** A challenge as the caller finds it. Raises `not_found`, also for a private one they have no part in. */
export async function getChallenge(ctx: UserContext, id: string): Promise<ChallengeView> {
  const view = await findView(ctx, id, ctx.actor.user_id);
  const isVisible =
    view?.challenge.visibility === "public" ||
    view?.joined === true ||
    view?.challenge.owner_id === ctx.actor.user_id;
  if (!view || !isVisible) throw errors.not_found();
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

function requirePlayable(input: NewChallenge, owner: DayRule, now: Instant): void {
  if (input.metric !== "least_time") {
    throw invalidField("metric", "only least_time can be played yet");
  }
  const today = ownDateOf(now, owner);
  if (input.start_date < today) {
    throw invalidField("start_date", "must not be before your own today");
  }
  if (input.start_date > addDays(today, MAX_DAYS_AHEAD)) {
    throw invalidField("start_date", "must not be more than a year ahead");
  }
}

function newChallenge(id: string, input: NewChallenge, owner: UserRow, now: Instant): Challenge {
  const window = windowOf(input, [owner]);
  if (!window) throw errors.internal();
  const { name, description, visibility, categories, metric, start_date, end_date } = input;
  const { missing_day_seconds, grace_hours, max_participants = null, join } = input;
  const status = "scheduled" as const;
  return {
    id,
    owner_id: owner.id,
    name,
    description,
    visibility,
    invite_code: null,
    apps: [...new Set(input.apps.map(canonicalApp))],
    categories: [...new Set(categories)],
    metric,
    goal_seconds: null,
    start_date,
    end_date,
    missing_day_seconds,
    grace_hours,
    max_participants,
    participant_count: join ? 1 : 0,
    status,
    ...window,
    next_turn_at: nextTurnOf({ status, grace_hours, ...window }),
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
): Promise<"added" | "id" | "invite_code"> {
  return await withTransaction(ctx, async (tx) => {
    await lockCreator(tx, owner.id);
    if ((await countOpenOf(tx, owner.id)) >= MAX_OPEN) {
      throw challengeErrors.too_many_challenges({
        detail: `At most ${MAX_OPEN} of a creator's challenges can be open.`,
      });
    }
    const outcome = await insertChallenge(tx, challenge);
    if (outcome !== "added" || !join) return outcome;
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
