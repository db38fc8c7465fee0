import type { Context, UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors } from "../platform/errors.ts";
import { unguessableName } from "../platform/ids.ts";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { record } from "../audit/index.ts";
import {
  findImage,
  openImage,
  removeFiles,
  storeImage,
  type StoredImage,
} from "./avatars.client.ts";
import {
  condemn,
  dueFiles,
  forgetFiles,
  noteIncoming,
  noteUnused,
  takeIncoming,
} from "./avatars.store.ts";
import { avatarFile } from "./avatar-url.ts";
import { cleanImage, IMAGE_TYPES } from "./images/image.ts";
import { tellUser } from "./user.client.ts";
import { userErrors } from "./users.errors.ts";
import { lockUser, updateUser, type UserRow } from "./users.store.ts";

/** How long a stored file may wait for the row that names it; an upload takes seconds. */
const INCOMING_MS = 10 * MINUTE_MS;
const PAGE = 500;
const MAX_PAGES = 20;

/**
 * Makes the image in `file` (PNG, JPEG or WebP by its bytes; used up) the caller's avatar and gives
 * the account. Of several at once the last one stays. Whatever fails or dies on the way, no address
 * leads nowhere and no file is left for ever: the new file is on the list of loose files until the
 * transaction that names it, and the old one from that transaction on. Raises `not_an_image`,
 * `storage_unavailable`.
 */
export async function setAvatar(ctx: UserContext, file: Uint8Array<ArrayBuffer>): Promise<UserRow> {
  const image = cleanImage(file);
  if (!image) throw userErrors.not_an_image();
  const key = unguessableName();
  await noteIncoming(ctx, avatarFile(key), ctx.clock.now() + INCOMING_MS);
  await storeImage(ctx, avatarFile(key), image);
  return await changeAvatar(ctx, key);
}

/** Removes the caller's avatar, if there is one, and gives the account. Repeatable. */
export async function removeAvatar(ctx: UserContext): Promise<UserRow> {
  return await changeAvatar(ctx, null);
}

/** Opens an avatar by its key. Raises `not_found`, `storage_unavailable`. */
export async function openAvatar(ctx: Context, key: string): Promise<StoredImage> {
  return requireImage(await openImage(ctx, avatarFile(key)));
}

/** Says what an avatar is without opening it. Raises `not_found`, `storage_unavailable`. */
export async function findAvatar(ctx: Context, key: string): Promise<StoredImage> {
  return requireImage(await findImage(ctx, avatarFile(key)));
}

/**
 * Lists an account's avatar as unused, in the transaction that takes it from the row; gives the names
 * to hand to `removeSoon` after it.
 */
export async function dropAvatar(
  tx: Context,
  user: Pick<UserRow, "avatar_key">,
): Promise<string[]> {
  if (user.avatar_key === null) return [];
  const file_name = avatarFile(user.avatar_key);
  await noteUnused(tx, file_name, tx.clock.now());
  return [file_name];
}

/** Removes unused files after the answer; what fails is left to the job. */
export function removeSoon(ctx: Context, unused: string[]): void {
  if (unused.length > 0) ctx.afterwards("files_not_removed", remove(ctx, unused));
}

/**
 * The safety net: removes what was due at the trigger's instant, left by whatever failed or died
 * between two steps. Harmless twice or late. Gives how many files that were.
 */
export async function removeDue(ctx: Context): Promise<{ removed: number }> {
  const now = ctx.clock.now();
  let removed = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const due = await dueFiles(ctx, now, PAGE);
    if (due.length === 0) break;
    const unused = await condemn(ctx, due);
    await remove(ctx, unused);
    removed += unused.length;
  }
  return { removed };
}

async function changeAvatar(ctx: UserContext, avatar_key: string | null): Promise<UserRow> {
  const { user_id } = ctx.actor;
  const { user, unused } = await withTransaction(ctx, async (tx) => {
    const before = await lockUser(tx, user_id);
    const now = tx.clock.now();
    // An account that was erased meanwhile leaves the new file unused.
    if (!before) return { user: null, unused: await dropAvatar(tx, { avatar_key }) };
    if (before.avatar_key === avatar_key) return { user: before, unused: [] };
    if (avatar_key !== null && !(await takeIncoming(tx, avatarFile(avatar_key)))) {
      throw errors.storage_unavailable();
    }
    await updateUser(tx, user_id, now, { avatar_key });
    const avatar = avatar_key === null ? "removed" : "set";
    await record(tx, { action: "users.avatar_changed", context: { avatar } });
    const changed = { ...before, avatar_key, updated_at: now, version: before.version + 1 };
    return { user: changed, unused: await dropAvatar(tx, before) };
  });
  // Boards show the new address before the old one ends.
  if (user) await tellUser(ctx, user_id);
  removeSoon(ctx, unused);
  if (!user) throw errors.session_ended();
  return user;
}

async function remove(ctx: Context, unused: string[]): Promise<void> {
  if (unused.length === 0) return;
  await removeFiles(ctx, unused);
  await forgetFiles(ctx, unused);
}

/** What else the bucket may hold is never shown as an image. */
function requireImage(file: StoredImage | null): StoredImage {
  if (!file || !IMAGE_TYPES.some((type) => type === file.type)) throw errors.not_found();
  return file;
}
