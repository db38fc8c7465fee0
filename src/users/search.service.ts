import type { JobPage } from "../jobs/index.ts";
import type { Context } from "../platform/context.ts";
import { withTransaction } from "../platform/db/database.ts";
import { markKeyed, rewriteSearchKeys, unkeyedUsers } from "./search.store.ts";

/** An account has some 40 keys: so many accounts are a few statements of a thousand rows. */
const PAGE = 100;

/**
 * Makes search keys for a page of the accounts that have none, or have old ones: those from before
 * there were any, and imported ones. Harmless twice or cut off; what is done is no longer in line.
 */
export async function keyUsers(ctx: Context): Promise<JobPage> {
  const ids = await unkeyedUsers(ctx, PAGE);
  if (ids.length > 0) {
    await withTransaction(ctx, async (tx) => {
      await rewriteSearchKeys(tx, ids);
      await markKeyed(tx, ids);
    });
  }
  return { counts: { keyed: ids.length }, next_after: ids.length === PAGE ? "more" : null };
}
