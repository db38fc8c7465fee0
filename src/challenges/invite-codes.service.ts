import type { UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { AppError, errors } from "../platform/errors.ts";
import { newId, randomBytes } from "../platform/ids.ts";
import { logFault } from "../platform/log.ts";
import { SECOND_MS } from "../platform/time/instant.ts";
import { record, recordSoon } from "../audit/index.ts";
import { forgiveCodeTry, takeCodeTry } from "../users/index.ts";
import { challengeErrors } from "./challenges.errors.ts";
import { findView, updateUnlessCodeTaken, type ChallengeView } from "./challenges.store.ts";
import { INVITE_CODE_LENGTH, inviteCodeOf } from "./invite-code.ts";
import { isOpen } from "./lifecycle.ts";
import { lockOwn } from "./owned.service.ts";

/** Codes are 40 random bits: a second try is rare, a fifth is a fault. */
const CODE_TRIES = 5;

/** Does some work with a new invite code; where that one is taken, again with another. */
export async function withFreeCode<T>(
  work: (invite_code: string) => Promise<T | "code_taken">,
): Promise<T> {
  for (let attempt = 1; attempt <= CODE_TRIES; attempt += 1) {
    const outcome = await work(inviteCodeOf(randomBytes(INVITE_CODE_LENGTH)));
    if (outcome !== "code_taken") return outcome;
  }
  throw errors.internal();
}

/**
 * Gives the caller's own private challenge a new invite code; the old one lets nobody in from then
 * on. Raises `not_found`, `challenge_public`, `challenge_over`.
 */
export async function renewInviteCode(
  ctx: UserContext,
  challenge_id: string,
): Promise<ChallengeView> {
  await withFreeCode(
    async (invite_code) =>
      await withTransaction(ctx, async (tx) => {
        const { status, visibility } = await lockOwn(tx, challenge_id);
        if (!isOpen(status)) throw challengeErrors.challenge_over();
        if (visibility === "public") throw challengeErrors.challenge_public();
        const now = tx.clock.now();
        const outcome = await updateUnlessCodeTaken(tx, challenge_id, now, { invite_code });
        if (outcome === "changed") {
          await record(tx, { action: "challenges.code_renewed", context: { challenge_id } });
        }
        return outcome;
      }),
  );
  const view = await findView(ctx, challenge_id, ctx.actor.user_id);
  if (!view) throw errors.not_found();
  return view;
}

/**
 * Has the caller try an invite code by `work`, and counts the try if the code was wrong. It counts
 * before it is known, so that many at once are no more than one after the other; whatever else comes
 * of it, it is taken back. Raises `too_many_wrong_codes`, also for a right code, and what `work` raises.
 */
export async function tryingCode<T>(ctx: UserContext, work: () => Promise<T>): Promise<T> {
  const try_id = newId(ctx.clock.now());
  const wait_ms = await takeCodeTry(ctx, try_id);
  if (wait_ms !== null) {
    noteRefusal(ctx, "too_many_wrong_codes");
    throw challengeErrors.too_many_wrong_codes({ retry_after_seconds: wait_ms / SECOND_MS });
  }
  let isWrong = false;
  try {
    return await work();
  } catch (error) {
    isWrong = isOfWrongCode(error);
    if (isWrong) noteRefusal(ctx, "wrong_code");
    throw error;
  } finally {
    if (!isWrong) await forgive(ctx, try_id);
  }
}

/** What was typed stays out: it may be nearly right, or right for another challenge. */
function noteRefusal(ctx: UserContext, why: string): void {
  recordSoon(ctx, { action: "challenges.code_refused", context: { why } });
}

/** What a try with a wrong code is told, whatever there is behind its id. */
function isOfWrongCode(error: unknown): boolean {
  const codes = [errors.not_found(), challengeErrors.invite_code_unknown()].map(({ code }) => code);
  return error instanceof AppError && codes.includes(error.code);
}

/** Who is in must not hear of a failure here: at worst the try counts for an hour. */
async function forgive(ctx: UserContext, try_id: string): Promise<void> {
  try {
    await forgiveCodeTry(ctx, try_id);
  } catch (error) {
    logFault("code_try_not_forgiven", error);
  }
}
