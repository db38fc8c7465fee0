import type { UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors, type FieldError } from "../platform/errors.ts";
import type { Instant } from "../platform/time/instant.ts";
import { ownDateOf, type DayRule } from "../platform/time/own-day.ts";
import { changesOf, record } from "../audit/index.ts";
import { findUser } from "../users/index.ts";
import { challengeErrors } from "./challenges.errors.ts";
import { findView, updateUnlessCodeTaken, type ChallengeView } from "./challenges.store.ts";
import { withFreeCode } from "./invite-codes.service.ts";
import { nextTurnOf, windowOf, type Challenge, type Window } from "./lifecycle.ts";
import { lockOwn } from "./owned.service.ts";
import { dayRulesIn } from "./participants.store.ts";
import { tellOfMembership } from "./participation.service.ts";
import { changedTerms, faultsOf, settledTerms, type TermChanges, type Terms } from "./terms.ts";

/**
 * Changes terms of the caller's own challenge while nobody's first day has begun, and keeps the rest;
 * gives it as it stands then. The board and the caller's object know when this returns; the board
 * tells everybody else's. Raises `not_found`, `challenge_frozen`, and `invalid_fields` where the terms
 * as a whole could not be those of a new challenge.
 */
export async function changeChallenge(
  ctx: UserContext,
  challenge_id: string,
  changes: TermChanges,
): Promise<ChallengeView> {
  const { user_id } = ctx.actor;
  const owner = await findUser(ctx, user_id);
  if (!owner) throw errors.session_ended();
  await withFreeCode(
    async (new_code) =>
      await withTransaction(ctx, async (tx) => {
        const challenge = await lockOwn(tx, challenge_id);
        const rules = await dayRulesIn(tx, challenge_id);
        const played = rules.length > 0 ? rules : [owner];
        const now = tx.clock.now();
        if (hasBegun(challenge, played, now)) throw challengeErrors.challenge_frozen();
        const terms = changedTerms(challenge, changes);
        const window = windowFor(terms, played);
        const faults = faultsOf(terms, ownDateOf(now, owner));
        if (faults.length === 0) faults.push(...faultsOfChange(challenge, terms, window, now));
        if (faults.length > 0) throw errors.invalid_fields({ errors: faults });
        const outcome = await updateUnlessCodeTaken(tx, challenge_id, now, {
          ...terms,
          ...window,
          invite_code: terms.visibility === "public" ? null : (challenge.invite_code ?? new_code),
          next_turn_at: nextTurnOf({ ...challenge, ...terms, ...window }),
        });
        const changed = changesOf(settledTerms(challenge), terms);
        if (outcome === "code_taken" || !changed) return outcome;
        const { fields, ...personal } = changed;
        const context = { challenge_id, fields };
        await record(tx, { action: "challenges.changed", context, personal });
        return outcome;
      }),
  );
  const view = await findView(ctx, challenge_id, user_id);
  if (!view) throw errors.not_found();
  await tellOfMembership(ctx, challenge_id, view.joined);
  return view;
}

/** From the first own day of anybody in it on, a challenge stays what it is, also while its status lags behind. */
function hasBegun(challenge: Challenge, rules: readonly DayRule[], now: Instant): boolean {
  return challenge.status !== "scheduled" || windowFor(challenge, rules).starts_at <= now;
}

/** What is wrong with new terms for a challenge that people are in already. */
function faultsOfChange(
  challenge: Challenge,
  { max_participants }: Terms,
  { starts_at }: Window,
  now: Instant,
): FieldError[] {
  const faults: FieldError[] = [];
  if (starts_at <= now) {
    faults.push({ path: "start_date", message: "must be ahead for everybody who takes part" });
  }
  if (max_participants !== null && max_participants < challenge.participant_count) {
    const message = `must not be less than the ${challenge.participant_count} who take part`;
    faults.push({ path: "max_participants", message });
  }
  return faults;
}

function windowFor(
  dates: Pick<Challenge, "start_date" | "end_date">,
  rules: readonly DayRule[],
): Window {
  const window = windowOf(dates, rules);
  if (!window) throw errors.internal();
  return window;
}
