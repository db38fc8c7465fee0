import { withNewDeadline, type Context, type UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors } from "../platform/errors.ts";
import { logFault } from "../platform/log.ts";
import { SECOND_MS, type Instant } from "../platform/time/instant.ts";
import { record } from "../audit/index.ts";
import { queueMails, wakeMail, type OutgoingMail } from "../mail/index.ts";
import { tellBoard, turnBoard } from "./board.client.ts";
import { challengeErrors } from "./challenges.errors.ts";
import {
  findChallenge,
  findView,
  lockChallenge,
  updateChallenge,
  type ChallengeView,
} from "./challenges.store.ts";
import { hasEnded, isOpen, type Challenge } from "./lifecycle.ts";
import { lockOwn } from "./owned.service.ts";
import { pageOfReaders } from "./participants.store.ts";

/** How long who completes a challenge waits for its results; a large board goes on without them. */
const RESULTS_PATIENCE_MS = 2 * SECOND_MS;
const MAILS_PAGE = 200;

/**
 * Calls the caller's own challenge off. Its board closes and everybody else in it gets one mail,
 * however often this is repeated: the turn that is due at once sees to both, and the cron to the turn.
 * Raises `not_found`, and `challenge_over` for one that is final or about to be.
 */
export async function cancelChallenge(ctx: UserContext, challenge_id: string): Promise<void> {
  await callOff(ctx, challenge_id, "owner", async (tx) => await lockOwn(tx, challenge_id));
}

/**
 * Calls anybody's challenge off, also one whose owner is gone, on behalf of an administrator; whoever
 * is in it is told, its owner included. What must stand with it is `note`, which is given the challenge
 * as it was, in the transaction. Repeatable. Raises the same.
 */
export async function cancelAnyChallenge(
  ctx: UserContext,
  challenge_id: string,
  note: (tx: UserContext, before: Challenge) => Promise<void>,
): Promise<void> {
  await callOff(ctx, challenge_id, "admin", async (tx) => {
    const challenge = await lockChallenge(tx, challenge_id);
    if (!challenge) throw errors.not_found();
    await note(tx, challenge);
    return challenge;
  });
}

async function callOff(
  ctx: UserContext,
  challenge_id: string,
  called_off_by: "owner" | "admin",
  lock: (tx: UserContext) => Promise<Challenge>,
): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const challenge = await lock(tx);
    if (challenge.status === "cancelled") return;
    const now = tx.clock.now();
    if (!isOpen(challenge.status) || isSettled(challenge, now)) {
      throw challengeErrors.challenge_over();
    }
    await updateChallenge(tx, challenge_id, now, {
      status: "cancelled",
      called_off_by,
      invite_code: null,
      next_turn_at: now,
    });
    await record(tx, { action: "challenges.cancelled", context: { challenge_id } });
  });
  await tellBoard(ctx, challenge_id, []);
}

/**
 * Ends the grace of the caller's own challenge once its last day is over for everybody in it; gives
 * it as it stands then, most often final. Repeatable. Raises `not_found`, `challenge_running`, and
 * `challenge_over` for one that was called off.
 */
export async function completeChallenge(
  ctx: UserContext,
  challenge_id: string,
): Promise<ChallengeView> {
  const now = await withTransaction(ctx, async (tx) => {
    const challenge = await lockOwn(tx, challenge_id);
    const instant = tx.clock.now();
    if (challenge.status === "cancelled") throw challengeErrors.challenge_over();
    if (challenge.status === "final" || isSettled(challenge, instant)) return instant;
    if (!hasEnded(challenge, instant)) throw challengeErrors.challenge_running();
    await updateChallenge(tx, challenge_id, instant, { status: "settling", next_turn_at: instant });
    await record(tx, { action: "challenges.completed", context: { challenge_id } });
    return instant;
  });
  await tellBoard(ctx, challenge_id, []);
  await turnWithPatience(ctx, challenge_id, now);
  const view = await findView(ctx, challenge_id, ctx.actor.user_id);
  if (!view) throw errors.not_found();
  return view;
}

/**
 * Queues the mails of a page of those in a challenge that was called off, the page after the user id
 * `after`: to all who want mails of challenges but an owner who did it, each once. Gives the id behind which the
 * next page begins, or null after the last one.
 */
export async function mailCancelled(
  ctx: Context,
  challenge_id: string,
  after: string,
): Promise<string | null> {
  const challenge = await findChallenge(ctx, challenge_id);
  if (!challenge) return null;
  const readers = await pageOfReaders(ctx, challenge_id, after, MAILS_PAGE);
  const mails = readers
    .filter(({ user_id }) => user_id !== challenge.owner_id || challenge.called_off_by === "admin")
    .map(({ user_id, email, display_name, locale }): OutgoingMail => ({
      dedupe_key: `challenge-cancelled/${challenge_id}/${user_id}`,
      user_id,
      to_address: email,
      kind: "challenge-cancelled",
      locale: locale === "fr" ? "fr" : "en",
      data: { display_name, challenge_name: challenge.name },
      link: { path: "/challenges" },
    }));
  wakeMail(ctx, await queueMails(ctx, mails));
  return readers.length < MAILS_PAGE ? null : (readers.at(-1)?.user_id ?? null);
}

/** Once the grace is over, the board may be writing results: there is no way back from there. */
function isSettled({ status, next_turn_at }: Challenge, now: Instant): boolean {
  return status === "settling" && next_turn_at !== null && next_turn_at <= now;
}

/** The board turns by itself too: whoever waits for it only wants to see the end. */
async function turnWithPatience(
  ctx: UserContext,
  challenge_id: string,
  now: Instant,
): Promise<void> {
  try {
    await turnBoard(withNewDeadline(ctx, RESULTS_PATIENCE_MS), challenge_id, now);
  } catch (error) {
    logFault("board_not_awaited", error, { challenge_id });
  }
}
