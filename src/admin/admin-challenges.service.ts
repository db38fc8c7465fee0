import { record } from "../audit/index.ts";
import { cancelAnyChallenge, type ChallengeView } from "../challenges/index.ts";
import type { UserContext } from "../platform/context.ts";
import { pageOfAll, type ChallengeFilter, type ChallengeKey } from "./admin-challenges.store.ts";

/** A page of all challenges that fit, private ones included, newest first; and where the next one begins. */
export async function listAllChallenges(
  ctx: UserContext,
  filter: ChallengeFilter,
  after: ChallengeKey | null,
  limit: number,
): Promise<{ views: ChallengeView[]; next: ChallengeKey | null }> {
  const rows = await pageOfAll(ctx, filter, after, limit + 1);
  const views = rows.slice(0, limit);
  const last = views.at(-1)?.challenge;
  const hasMore = last !== undefined && rows.length > limit;
  return { views, next: hasMore ? { created_at: last.created_at, id: last.id } : null };
}

/** Calls a challenge off. Repeatable. Raises `not_found`, `challenge_over`. */
export async function removeChallenge(ctx: UserContext, challenge_id: string): Promise<void> {
  await cancelAnyChallenge(ctx, challenge_id, async (tx, before) => {
    const { owner_id, name, description, status, visibility, participant_count } = before;
    await record(tx, {
      action: "admin.challenge_deleted",
      user_id: owner_id,
      context: {
        challenge_id,
        before: { status, visibility, participant_count },
        after: { status: "cancelled" },
      },
      personal: { before: { name, description } },
    });
  });
}
