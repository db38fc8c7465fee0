import { and, asc, eq, inArray } from "drizzle-orm";
import type { Db } from "../platform/db/database.ts";
import type { UserRow } from "./users.store.ts";
import { users } from "./users.table.ts";

type Store = { readonly db: Db };

/** The ids of the active admins, as they stand without waiting for anybody. */
export async function activeAdminIds(ctx: Store): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, "admin"), eq(users.is_active, true)));
  return rows.map((row) => row.id);
}

/** Holds these accounts until the transaction ends, one after the other by id; gives them as they are then. */
export async function lockUsers(ctx: Store, ids: readonly string[]): Promise<UserRow[]> {
  return await ctx.db
    .select()
    .from(users)
    .where(inArray(users.id, [...ids]))
    .orderBy(asc(users.id))
    .for("update");
}
