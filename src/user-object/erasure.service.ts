import type { Context } from "../platform/context.ts";
import { eraseFromArchive, eraseFromAudit } from "../audit/index.ts";
import { eraseSignInsOf } from "../auth/index.ts";
import { eraseRulesOf } from "../blocking/index.ts";
import { eraseFromChallenge } from "../challenges/index.ts";
import { eraseMailsOf } from "../mail/index.ts";
import { eraseUsageOf } from "../usage/index.ts";
import { eraseAccountOf, type ErasureRow } from "../users/index.ts";

/** Challenges worked on side by side: each takes several trips, and somebody may have been in hundreds. */
const CHALLENGES_AT_ONCE = 5;

/**
 * Erases all there is of a person but for the account's blank row. Every step may fail, be repeated,
 * and goes on where it stopped. A feature that keeps rows of people adds its own step here.
 */
export async function eraseTraces(
  ctx: Context,
  erasure: ErasureRow,
  challenge_ids: readonly string[],
): Promise<void> {
  const { user_id, pseudonym } = erasure;
  for (let from = 0; from < challenge_ids.length; from += CHALLENGES_AT_ONCE) {
    const some = challenge_ids.slice(from, from + CHALLENGES_AT_ONCE);
    // All of them have ended before one that failed is reported: the next try must find no lock of ours.
    const outcomes = await Promise.allSettled(
      some.map(async (id) => await eraseFromChallenge(ctx, id, user_id, pseudonym)),
    );
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }
  await eraseUsageOf(ctx, user_id);
  await eraseRulesOf(ctx, user_id);
  await eraseSignInsOf(ctx, user_id);
  await eraseMailsOf(ctx, user_id);
  // In this order: what the archive takes in from here on is read from rows without the person.
  await eraseFromAudit(ctx, user_id, pseudonym);
  await eraseFromArchive(ctx, user_id, pseudonym);
  await eraseAccountOf(ctx, erasure);
}
