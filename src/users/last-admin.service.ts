import type { Context } from "../platform/context.ts";
import { activeAdminIds, lockUsers } from "./admins.store.ts";
import { userErrors } from "./users.errors.ts";
import { findUser, type UserRow } from "./users.store.ts";

/**
 * Holds an account that is about to lose its powers (deleted, deactivated, demoted), in the caller's
 * transaction; gives it, or null where there is none. Raises `last_admin` where no other active admin
 * would be left. Of several admins who go at once, one is refused: each holds all of them, in one order,
 * and with them whoever else is to be held in `also`.
 */
export async function lockUnlessLastAdmin(
  tx: Context,
  user_id: string,
  also: readonly string[] = [],
): Promise<UserRow | null> {
  const seen = await findUser(tx, user_id);
  const admins = seen?.role === "admin" ? await activeAdminIds(tx) : [];
  const held = await lockUsers(tx, [...new Set([user_id, ...also, ...admins])]);
  const isAdmin = (user: UserRow) => user.role === "admin" && user.is_active;
  const user = held.find(({ id }) => id === user_id) ?? null;
  // Whoever became an admin since they were seen holds nobody else's row, and is refused as well.
  if (user && isAdmin(user) && !held.some((other) => other.id !== user_id && isAdmin(other))) {
    throw userErrors.last_admin();
  }
  return user;
}
