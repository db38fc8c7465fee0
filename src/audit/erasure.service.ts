import type { Context } from "../platform/context.ts";
import { inPages } from "../platform/db/pages.ts";
import { hideActor, hidePeople, hideSubject } from "./erasure.store.ts";

/**
 * Erases somebody from the audit, in which what they did stays under their pseudonym: no id, place,
 * name or address is left. Repeatable; goes on where it was cut off. The archive comes last: what it
 * copies from then on is erased already.
 */
export async function eraseFromAudit(
  ctx: Context,
  user_id: string,
  pseudonym: string,
): Promise<void> {
  await inPages(async (limit) => await hideSubject(ctx, user_id, pseudonym, limit));
  await inPages(async (limit) => await hideActor(ctx, user_id, pseudonym, limit));
}

/**
 * Takes accounts that are removed because nobody confirmed them out of the audit, all at once: they
 * never signed in, so nothing that anybody did stands there. Repeatable.
 */
export async function forgetInAudit(ctx: Context, user_ids: readonly string[]): Promise<void> {
  if (user_ids.length === 0) return;
  await inPages(async (limit) => await hidePeople(ctx, user_ids, limit));
}
