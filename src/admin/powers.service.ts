import type { UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { isErased, lockUnlessLastAdmin, lockUsers, type UserRow } from "../users/index.ts";
import { adminErrors } from "./admin.errors.ts";

/** What an administrator does to an account: it loses powers by it (demoted, deactivated, deleted), or not. */
type Act = { takes_powers: boolean };

/**
 * Holds an account that an administrator is about to change until the transaction ends; gives it, or
 * null where there is none. Of two who take each other's powers at once the second finds its own gone.
 * Raises `not_allowed`, `last_admin` where no active admin would be left, `not_oneself`.
 */
export async function lockForAdmin(
  tx: UserContext,
  user_id: string,
  { takes_powers }: Act,
): Promise<UserRow | null> {
  const { user_id: own_id } = tx.actor;
  // All at once and in one order, whoever else does the same.
  const user = takes_powers
    ? await lockUnlessLastAdmin(tx, user_id, [own_id])
    : ((await lockUsers(tx, [user_id, own_id])).find(({ id }) => id === user_id) ?? null);
  const [admin] = await lockUsers(tx, [own_id]);
  if (admin?.role !== "admin" || !admin.is_active) throw errors.not_allowed();
  if (takes_powers && user_id === own_id) throw adminErrors.not_oneself();
  return user;
}

/** The same for an account that must be there still: one that is being erased is not. Raises `not_found` too. */
export async function lockLiving(tx: UserContext, user_id: string, act: Act): Promise<UserRow> {
  const user = await lockForAdmin(tx, user_id, act);
  if (!user || isErased(user)) throw errors.not_found();
  return user;
}
