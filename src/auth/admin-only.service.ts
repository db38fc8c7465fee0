import type { UserContext } from "../platform/context.ts";
import { beforeDeadline } from "../platform/deadline.ts";
import { AppError, errors } from "../platform/errors.ts";
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

/** How long MySQL is waited for where the token's role can stand in, in ms. */
const PATIENCE_MS = 1_000;

/**
 * The same where MySQL answers in time. Where it does not, the token's role holds: whoever loses the
 * role loses their sessions with it, and the caller's own object has let this one in. Raises `not_allowed`.
 */
export async function requireAdminAnyway(ctx: UserContext): Promise<void> {
  try {
    await beforeDeadline(ctx, requireAdmin(ctx), PATIENCE_MS);
  } catch (error) {
    if (error instanceof AppError && error.kind === "forbidden") throw error;
    if (ctx.actor.role !== "admin") throw errors.not_allowed({ cause: error });
  }
}
