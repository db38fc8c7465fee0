import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { randomId } from "../platform/ids.ts";
import { logFault } from "../platform/log.ts";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { record } from "../audit/index.ts";
import { endSignInsOf } from "../auth/index.ts";
import { queueFarewell, wakeMail } from "../mail/index.ts";
import { dropAvatar, removeSoon } from "./avatars.service.ts";
import { blankAccount, isErased } from "./erased-account.ts";
import { insertErasure, pageOfErasures } from "./erasure.store.ts";
import { lockUnlessLastAdmin } from "./last-admin.service.ts";
import { tellUser } from "./user.client.ts";
import { updateUser } from "./users.store.ts";

const SWEPT_PAGE = 50;
const WOKEN_AT_ONCE = 5;

/**
 * Deletes an account. When this returns its sessions have ended, its address is free, nobody finds
 * its name, and its picture is being removed; the person's own object erases the rest within a minute (`user-object/erasure.part.ts`).
 * Says whether there was such an account. What must be so for it, or stand with it, is `first`, which
 * runs in its transaction. Repeatable. Raises `last_admin`, `database_unavailable`,
 * `object_unavailable`, and what `first` does.
 */
export async function deleteAccount<Ctx extends Context>(
  ctx: Ctx,
  user_id: string,
  first: (tx: Ctx) => Promise<void> = async () => undefined,
): Promise<boolean> {
  const left = await withTransaction(ctx, async (tx) => {
    await first(tx);
    const user = await lockUnlessLastAdmin(tx, user_id);
    if (!user) return null;
    if (isErased(user)) return { mails: [], unused: [] };
    const now = tx.clock.now();
    const pseudonym = randomId();
    const { avatar_key } = user;
    await updateUser(tx, user_id, now, blankAccount(pseudonym));
    await endSignInsOf(tx, user_id, user.email);
    await insertErasure(tx, { user_id, pseudonym, started_at: now, avatar_key });
    const isOwn = tx.actor.type === "user" && tx.actor.user_id === user_id;
    // Anybody else's act is written down by who lets them do it.
    if (isOwn) await record(tx, { action: "users.deleted" });
    const unused = await dropAvatar(tx, user);
    return { mails: await queueFarewell(tx, user, pseudonym), unused };
  });
  if (left === null) return false;
  wakeMail(ctx, left.mails);
  removeSoon(ctx, left.unused);
  await tellUser(ctx, user_id);
  return true;
}

/**
 * Wakes the objects of accounts that have been waiting for their erasure for a minute: they were not
 * told, or lost what they were told. Gives how many there were and how many could not be woken, which
 * the next run finds again.
 */
export async function wakeErasures(ctx: Context): Promise<{ waiting: number; failed: number }> {
  const before = ctx.clock.now() - MINUTE_MS;
  let waiting = 0;
  let failed = 0;
  for (let after = ""; ;) {
    const page = await pageOfErasures(ctx, before, after, SWEPT_PAGE);
    for (let from = 0; from < page.length; from += WOKEN_AT_ONCE) {
      const some = page.slice(from, from + WOKEN_AT_ONCE);
      const woken = await Promise.all(some.map(async (user_id) => await wake(ctx, user_id)));
      failed += woken.filter((wentWell) => !wentWell).length;
    }
    waiting += page.length;
    after = page.at(-1) ?? "";
    if (page.length < SWEPT_PAGE) return { waiting, failed };
  }
}

async function wake(ctx: Context, user_id: string): Promise<boolean> {
  try {
    await tellUser(ctx, user_id);
    return true;
  } catch (error) {
    logFault("erasure_not_woken", error);
    return false;
  }
}
