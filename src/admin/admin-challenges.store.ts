import { and, desc, eq, inArray, like, lt, or } from "drizzle-orm";
import type { ChallengeView, Status } from "../challenges/index.ts";
import { challenges } from "../challenges/challenges.table.ts";
import type { Db } from "../platform/db/database.ts";
import { escapeLike } from "../platform/db/like.ts";
import type { Instant } from "../platform/time/instant.ts";
import { users } from "../users/users.table.ts";

type Store = { readonly db: Db };

/** Which challenges are asked for; what is left out does not matter. */
export type ChallengeFilter = {
  q?: string | undefined;
  status?: Status | undefined;
  visibility?: "public" | "private" | undefined;
};

/** The place of a challenge in the list, newest first. */
export type ChallengeKey = { created_at: Instant; id: string };

/** A page of all challenges that fit, newest first, after the given key; nobody looks on as one of them. */
export async function pageOfAll(
  ctx: Store,
  { q, status, visibility }: ChallengeFilter,
  after: ChallengeKey | null,
  limit: number,
): Promise<ChallengeView[]> {
  const { id, created_at } = challenges;
  // Ids first: whatever does not fit is passed over inside one index, without its row.
  const found = await ctx.db
    .select({ id })
    .from(challenges, { forceIndex: indexFor({ q, status, visibility }) })
    .where(
      and(
        status === undefined ? undefined : eq(challenges.status, status),
        visibility === undefined ? undefined : eq(challenges.visibility, visibility),
        q === undefined ? undefined : like(challenges.name, `%${escapeLike(q)}%`),
        after === null
          ? undefined
          : or(
              lt(created_at, after.created_at),
              and(eq(created_at, after.created_at), lt(id, after.id)),
            ),
      ),
    )
    .orderBy(desc(created_at), desc(id))
    .limit(limit);
  if (found.length === 0) return [];
  const rows = await ctx.db
    .select({ challenge: challenges, owner_name: users.display_name })
    .from(challenges)
    .leftJoin(users, eq(users.id, challenges.owner_id))
    .where(
      inArray(
        id,
        found.map((row) => row.id),
      ),
    )
    .orderBy(desc(created_at), desc(id));
  return rows.map((row) => ({ ...row, joined: false }));
}

/** The index in whose order what fits stands together; else the one that holds all that is asked for. */
function indexFor({ q, status, visibility }: ChallengeFilter): string {
  if (q !== undefined || visibility === undefined) return "challenges_all";
  return status === undefined ? "challenges_recent" : "challenges_list";
}
