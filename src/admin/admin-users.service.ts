import { record } from "../audit/index.ts";
import { endSessionsOf } from "../auth/index.ts";
import { storedRulesOf } from "../blocking/index.ts";
import { challengeCounts } from "../challenges/index.ts";
import type { UserContext } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { errors, invalidField } from "../platform/errors.ts";
import { addDays } from "../platform/time/dates.ts";
import { ownDateOf } from "../platform/time/own-day.ts";
import { totalsBetween } from "../usage/index.ts";
import {
  deleteAccount,
  findUser,
  isErased,
  lockUser,
  searchedKey,
  SEARCHED,
  tellUser,
  updateUser,
  type SearchKey,
  type UserRow,
} from "../users/index.ts";
import {
  endOfSessions,
  notedChanges,
  realChanges,
  takesPowers,
  type AccountChanges,
} from "./account-changes.ts";
import { adminErrors } from "./admin.errors.ts";
import {
  pageOfFound,
  pageOfUsers,
  sessionFacts,
  type UserFilter,
  type UserPage,
} from "./admin-users.store.ts";
import { lockForAdmin, lockLiving } from "./powers.service.ts";
import type { UserFacts } from "./user-facts.ts";
import { keyOf, orderOf, type UserKey } from "./user-order.ts";

const USAGE_DAYS = 7;

/**
 * A page of the accounts that fit, those with `q` in their name or address alone; and the place
 * behind which the next page begins, null after the last. Raises `invalid_fields`.
 */
export async function listUsers(
  ctx: UserContext,
  { q, ...filter }: UserFilter & { q?: string | undefined },
  { sort, after, limit }: UserPage,
): Promise<{ users: UserRow[]; next: UserKey | null }> {
  const page = { sort, after, limit: limit + 1 };
  const rows =
    q === undefined
      ? await pageOfUsers(ctx, filter, page)
      : await pageOfFound(ctx, keyToSearch(q), filter, page);
  const users = rows.slice(0, limit);
  const last = users.at(-1);
  const hasMore = last !== undefined && rows.length > limit;
  return { users, next: hasMore ? keyOf(last, orderOf(sort).by) : null };
}

/** An account and its use. Raises `not_found`. */
export async function userFacts(ctx: UserContext, user_id: string): Promise<UserFacts> {
  const user = await findUser(ctx, user_id);
  if (!user || isErased(user)) throw errors.not_found();
  const now = ctx.clock.now();
  const today = ownDateOf(now, user);
  const [sessions, challenges, rules, days] = await Promise.all([
    sessionFacts(ctx, user_id, now),
    challengeCounts(ctx, user_id),
    storedRulesOf(ctx, user_id),
    totalsBetween(ctx, [user_id], addDays(today, 1 - USAGE_DAYS), today),
  ]);
  const week_seconds = days.reduce((sum, { seconds }) => sum + seconds, 0);
  return { user, sessions, challenges, blocked_rules: rules.length, week_seconds };
}

/** How an account's change is written down. */
type ChangeAction = "admin.user_changed" | "admin.user_deactivated" | "admin.user_activated";

/**
 * Changes an account and gives it as it stands then; whoever loses powers by it is signed out
 * everywhere. Its object knows when this returns; after a 503 it is put right by doing it again.
 * Raises `not_found`, `last_admin`, `not_oneself`, `not_allowed`.
 */
export async function changeUser(
  ctx: UserContext,
  user_id: string,
  changes: AccountChanges,
  action: ChangeAction = "admin.user_changed",
): Promise<UserRow> {
  const changed = await withTransaction(ctx, async (tx) => {
    const before = await lockLiving(tx, user_id, { takes_powers: takesPowers(changes) });
    const now = tx.clock.now();
    const real = realChanges(before, changes);
    if (real !== null) await updateUser(tx, user_id, now, real);
    const reason = endOfSessions(before, changes);
    if (reason !== null) await endSessionsOf(tx, user_id, now, reason);
    await record(tx, { action, user_id, ...notedChanges(before, changes) });
    // The row is held: it is read as it is, not as it was when the transaction began.
    return (await lockUser(tx, user_id)) ?? before;
  });
  await tellUser(ctx, user_id);
  return changed;
}

/**
 * Switches an account off or on. Nobody does that to their own, which is on. Raises what `changeUser`
 * does.
 */
export async function switchUser(
  ctx: UserContext,
  user_id: string,
  is_active: boolean,
): Promise<UserRow> {
  if (is_active && user_id === ctx.actor.user_id) throw adminErrors.not_oneself();
  const action = is_active ? "admin.user_activated" : "admin.user_deactivated";
  return await changeUser(ctx, user_id, { is_active }, action);
}

/**
 * Deletes an account as its owner would, and all there is of the person with it. Repeatable until
 * nothing is left. Raises `not_found`, `last_admin`, `not_oneself`, `not_allowed`.
 */
export async function removeUser(ctx: UserContext, user_id: string): Promise<void> {
  const isThere = await deleteAccount(ctx, user_id, async (tx) => {
    const user = await lockForAdmin(tx, user_id, { takes_powers: true });
    if (!user) throw errors.not_found();
    const { role, is_active } = user;
    await record(
      tx,
      isErased(user)
        ? // No row of an erased person's may come after their erasure.
          { action: "admin.user_deleted", user_id: null, context: { was_deleted: true } }
        : { action: "admin.user_deleted", user_id, context: { before: { role, is_active } } },
    );
  });
  if (!isThere) throw errors.not_found();
}

function keyToSearch(q: string): SearchKey {
  const key = searchedKey(q);
  if (key === null) throw invalidField("q", `must have at least ${SEARCHED.least} letters`);
  return key;
}
