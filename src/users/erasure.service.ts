import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { inPages } from "../platform/db/pages.ts";
import { record } from "../audit/index.ts";
import { avatarFile } from "./avatar-url.ts";
import { removeFiles } from "./avatars.client.ts";
import { deleteDayRules, deleteErasure, deleteUser, type ErasureRow } from "./erasure.store.ts";
import { deleteSearchKeys } from "./search.store.ts";
import { findUser } from "./users.store.ts";

/** Erases what this feature keeps of a person but for the account's blank row. Repeatable. */
export async function eraseAccountOf(
  ctx: Context,
  { user_id, avatar_key }: ErasureRow,
): Promise<void> {
  await inPages(async (limit) => await deleteDayRules(ctx, user_id, limit));
  // Gone with the name; a job that was given up may have written them once more.
  await deleteSearchKeys(ctx, user_id);
  // An upload that was under way may have left another file than the one at the deletion.
  const user = await findUser(ctx, user_id);
  const files = [avatar_key, user?.avatar_key ?? null].flatMap((key) =>
    key === null ? [] : [avatarFile(key)],
  );
  if (files.length > 0) await removeFiles(ctx, files);
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
