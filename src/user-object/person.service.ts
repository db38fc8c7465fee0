import { liveSessionsOf } from "../auth/index.ts";
import { storedRulesOf } from "../blocking/index.ts";
import { membershipsOf } from "../challenges/index.ts";
import type { Context } from "../platform/context.ts";
import type { Weekday } from "../platform/time/dates.ts";
import { avatarUrl, dayRulesOf, findUser, isErased } from "../users/index.ts";
import type { Person } from "./person.ts";

/** Reads from MySQL all that a user's object copies; null where there is no such account, or no longer. */
export async function loadPerson(ctx: Context, user_id: string): Promise<Person | null> {
  const [user, day_history, live_sessions, memberships, rules] = await Promise.all([
    findUser(ctx, user_id),
    dayRulesOf(ctx, user_id),
    liveSessionsOf(ctx, user_id),
    membershipsOf(ctx, user_id),
    storedRulesOf(ctx, user_id),
  ]);
  if (!user || isErased(user)) return null;
  return {
    user_id,
    display_name: user.display_name,
    avatar_url: avatarUrl(ctx.config.PUBLIC_URL, user.avatar_key),
    role: user.role,
    is_active: user.is_active,
    day_history,
    week_start: user.week_start as Weekday,
    live_sessions,
    memberships,
    rules,
  };
}
