import type { UserContext } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { recordByQueue } from "../audit/index.ts";
import { findUser, isErased } from "../users/index.ts";

/**
 * Lets an administrator on, by the role that MySQL holds now: a token's is as old as its sign-in.
 * Raises `not_allowed`, which is audited, `database_unavailable`.
 */
export async function requireAdmin(ctx: UserContext): Promise<void> {
  const user = await findUser(ctx, ctx.actor.user_id);
  if (user?.role === "admin" && user.is_active && !isErased(user)) return;
  await recordByQueue(ctx, { action: "admin.refused" });
  throw errors.not_allowed({ detail: "This needs the role admin." });
}
