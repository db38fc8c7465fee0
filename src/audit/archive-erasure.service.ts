import type { Context } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";
import { readPart, writePart } from "./archive.client.ts";
import { forgetNamed, logsBetween, partsNaming, type PartRow } from "./archive.store.ts";
import { scrub, type Gone } from "./scrub.ts";

/** Parts rewritten side by side: somebody may be in hundreds. */
const AT_ONCE = 4;
const MAX_TRIES = 5;

/**
 * Rewrites every part of the archive that names somebody without them. To be called once the rows in
 * MySQL are erased: a part that is stored later is read from these. Repeatable, goes on where it
 * stopped. Raises `storage_unavailable`.
 */
export async function eraseFromArchive(
  ctx: Context,
  user_id: string,
  pseudonym: string,
): Promise<void> {
  const gone: Gone = new Map([[user_id, pseudonym]]);
  for (;;) {
    const parts = await partsNaming(ctx, user_id, AT_ONCE);
    if (parts.length === 0) return;
    const outcomes = await Promise.allSettled(
      parts.map(async (part) => {
        await eraseFromPart(ctx, part, gone);
        await forgetNamed(ctx, part.name, user_id);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }
}

/** Stores a part anew without somebody; again where another erasure came between. */
async function eraseFromPart(ctx: Context, part: PartRow, gone: Gone): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const stored = await readPart(ctx, part.name);
    // Announced but not stored yet: stored here, so that the older text of who is about to is refused.
    const rows = stored?.rows ?? (await logsBetween(ctx, part.first_id, part.last_id));
    const clean = rows.map((row) => scrub(row, gone));
    const isClean = stored !== null && clean.every((row, n) => row === rows[n]);
    if (isClean || rows.length === 0) return;
    if (await writePart(ctx, part.name, clean, stored?.etag ?? null)) return;
  }
  throw errors.storage_unavailable();
}
