import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { eraseOnBoard, tellBoard } from "./board.client.ts";
import { lockChallenge, updateChallenge } from "./challenges.store.ts";
import { challengeIdsOf, deletePlace, handOverPlace } from "./erasure.store.ts";
import { findParticipant } from "./participants.store.ts";

/** The ids of all challenges in which MySQL holds anything of somebody. */
export async function challengesToErase(ctx: Context, user_id: string): Promise<string[]> {
  return await challengeIdsOf(ctx, user_id);
}

/**
 * Erases somebody from a challenge. Who is on its final board keeps the place under the pseudonym,
 * without a name; from any other they are gone. One they made goes on without an owner; its name and
 * description are the group's and stay. Repeatable. Raises `database_unavailable`, `object_unavailable`.
 */
export async function eraseFromChallenge(
  ctx: Context,
  challenge_id: string,
  user_id: string,
  pseudonym: string,
): Promise<void> {
  // The board is asked first: it alone knows whether its results are being written by now.
  const place = await eraseOnBoard(ctx, challenge_id, user_id, pseudonym);
  const isThere = await withTransaction(ctx, async (tx) => {
    const challenge = await lockChallenge(tx, challenge_id);
    const participant = await findParticipant(tx, challenge_id, user_id);
    if (place === "kept") await handOverPlace(tx, challenge_id, user_id, pseudonym);
    else await deletePlace(tx, challenge_id, user_id);
    if (!challenge) return false;
    const isLeaving = place === "gone" && participant !== null && participant.left_at === null;
    const isOwner = challenge.owner_id === user_id;
    if (!isLeaving && !isOwner) return true;
    await updateChallenge(tx, challenge_id, tx.clock.now(), {
      ...(isOwner ? { owner_id: null } : {}),
      ...(isLeaving ? { participant_count: challenge.participant_count - 1 } : {}),
    });
    return true;
  });
  // Told again: what the board read between the two steps may have brought them back.
  if (isThere) await tellBoard(ctx, challenge_id, [user_id]);
}
