import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { inPages } from "../platform/db/pages.ts";
import { eraseFromArchive, eraseFromAudit, record } from "../audit/index.ts";
import { eraseSignInsOf } from "../auth/index.ts";
import { eraseRulesOf } from "../blocking/index.ts";
import { challengesToErase, eraseFromChallenge } from "../challenges/index.ts";
import { eraseMailsOf } from "../mail/index.ts";
import { eraseUsageOf } from "../usage/index.ts";
import { deleteAvatarFile } from "./avatar-file.client.ts";
import {
  deleteDayRules,
  deleteErasure,
  deleteUser,
  findErasure,
  type ErasureRow,
} from "./erasure.store.ts";
import { deleteSearchKeys } from "./search.store.ts";
import { findUser } from "./users.store.ts";

/** Challenges worked on side by side: each takes several trips, and somebody may have been in hundreds. */
const CHALLENGES_AT_ONCE = 5;

/** The erasure of an account that is not complete yet; null where there is none. */
export async function erasureOf(ctx: Context, user_id: string): Promise<ErasureRow | null> {
  return await findErasure(ctx, user_id);
}

/** The ids of all challenges in which MySQL holds anything of somebody. */
export async function challengesOf(ctx: Context, user_id: string): Promise<string[]> {
  return await challengesToErase(ctx, user_id);
}

/**
 * Erases all there is of a person but for the account's blank row. Every step may fail, be repeated,
 * and goes on where it stopped. A feature that keeps rows of people adds its own step here.
 */
export async function eraseTraces(
  ctx: Context,
  { user_id, pseudonym, avatar_key }: ErasureRow,
  challenge_ids: readonly string[],
): Promise<void> {
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
  await inPages(async (limit) => await deleteDayRules(ctx, user_id, limit));
  // Gone with the name; a job that was given up may have written them once more.
  await deleteSearchKeys(ctx, user_id);
  await eraseSignInsOf(ctx, user_id);
  await eraseMailsOf(ctx, user_id);
  // In this order: what the archive takes in from here on is read from rows without the person.
  await eraseFromAudit(ctx, user_id, pseudonym);
  await eraseFromArchive(ctx, user_id, pseudonym);
  // An upload that was under way may have left another file than the one at the deletion.
  const user = await findUser(ctx, user_id);
  for (const key of new Set([avatar_key, user?.avatar_key ?? null])) {
    if (key !== null) await deleteAvatarFile(ctx, key);
  }
}

/** Deletes the account's row and takes the erasure off the list: from here on nobody knows of it. */
export async function concludeErasure(
  ctx: Context,
  { user_id, pseudonym, started_at }: ErasureRow,
): Promise<void> {
  // Two runs of an alarm may come to the end at once: the act is one.
  const once = { key: pseudonym, at: started_at };
  await withTransaction(ctx, async (tx) => {
    await deleteUser(tx, user_id);
    await deleteErasure(tx, user_id);
    await record(tx, { action: "users.erased", user_id: pseudonym, once });
  });
  ctx.log.write("info", "account_erased");
}
