import type { UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { lockChallenge } from "./challenges.store.ts";
import type { Challenge } from "./lifecycle.ts";

/**
 * Holds a challenge of the caller's own until the transaction ends; gives it. Raises `not_found` for
 * anybody else's as for none: who may see it may still not decide on it.
 */
export async function lockOwn(tx: UserContext, challenge_id: string): Promise<Challenge> {
  const challenge = await lockChallenge(tx, challenge_id);
  if (!challenge || challenge.owner_id !== tx.actor.user_id) throw errors.not_found();
  return challenge;
}
