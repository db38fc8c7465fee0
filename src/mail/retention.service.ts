import type { Context } from "../platform/context.ts";
import { DAY_MS } from "../platform/time/instant.ts";
import { forgetOldMarks } from "./addresses.store.ts";
import { deleteOldEmails } from "./mail.store.ts";

/** Mails name people: their rows are kept as long as somebody may ask what became of one. */
const KEPT_MS = 90 * DAY_MS;
const PAGE = 1_000;

/**
 * Forgets a page of the mails that were done with more than 90 days ago, and of the marks that have
 * long kept no mail back; says whether there may be more.
 */
export async function forgetPage(ctx: Context): Promise<{ removed: number; is_all: boolean }> {
  const before = ctx.clock.now() - KEPT_MS;
  const mails = await deleteOldEmails(ctx, before, PAGE);
  const marks = await forgetOldMarks(ctx, before, PAGE);
  return { removed: mails + marks, is_all: mails < PAGE && marks < PAGE };
}
