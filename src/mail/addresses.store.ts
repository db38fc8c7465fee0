import { and, eq, inArray, lte, sql } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { Instant } from "../platform/time/instant.ts";
import { users } from "../users/users.table.ts";
import type { AddressMark } from "./address-mark.ts";
import { mailAddresses } from "./mail.table.ts";

type Store = { readonly db: Db };

/** Marks addresses; of two marks of one address at a stream the later one stays, whichever comes first. */
export async function markAddresses(ctx: Store, marks: readonly AddressMark[]): Promise<void> {
  if (marks.length === 0) return;
  const { state, since } = mailAddresses;
  await ctx.db
    .insert(mailAddresses)
    .values([...marks])
    .onDuplicateKeyUpdate({
      set: {
        // In this order: the state is decided by the instant as it was.
        state: sql`if(values(${since}) >= ${since}, values(${state}), ${state})`,
        since: sql`greatest(values(${since}), ${since})`,
      },
    });
}

/** What is known of these addresses. */
export async function marksOf(ctx: Store, addresses: readonly string[]): Promise<AddressMark[]> {
  if (addresses.length === 0) return [];
  return await ctx.db
    .select()
    .from(mailAddresses)
    .where(inArray(mailAddresses.address, [...addresses]));
}

/** The id of the account that has an address, held until the transaction ends; null where none has. */
export async function lockAccountAt(ctx: Store, address: string): Promise<string | null> {
  const rows = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.email, address))
    .for("update");
  return rows[0]?.id ?? null;
}

/** Forgets all that is known of an address. */
export async function forgetAddress(ctx: Store, address: string): Promise<void> {
  await ctx.db.delete(mailAddresses).where(eq(mailAddresses.address, address));
}

/** Forgets at most `limit` marks of before `before` that keep no mail back by then; gives how many. */
export async function forgetOldMarks(ctx: Store, before: Instant, limit: number): Promise<number> {
  const { address, state, since } = mailAddresses;
  const isOld = and(inArray(state, ["active", "hard_bounce", "refused"]), lte(since, before));
  const rows = await ctx.db.select({ address }).from(mailAddresses).where(isOld).limit(limit);
  if (rows.length === 0) return 0;
  const addresses = rows.map((row) => row.address);
  await ctx.db.delete(mailAddresses).where(and(inArray(address, addresses), isOld));
  return rows.length;
}

/** Which mails these users want: their own switches, and whether the account is in use at all. */
export async function wishesOf(ctx: Store, user_ids: readonly string[]) {
  if (user_ids.length === 0) return [];
  return await ctx.db
    .select({
      id: users.id,
      is_active: users.is_active,
      reminder: users.reminder_enabled,
      limit: users.limit_emails,
      challenge: users.challenge_emails,
    })
    .from(users)
    .where(inArray(users.id, [...user_ids]));
}
