import {
  drizzle,
  PlanetScaleTransaction,
  type PlanetScaleDatabase,
} from "drizzle-orm/planetscale-serverless";
import { is } from "drizzle-orm";
import { errors } from "../errors.ts";
import { guardedClient } from "./guarded-client.ts";
import { guardedFetch, type TripRules } from "./guarded-fetch.ts";
import { databaseFaultIn } from "./faults.ts";

/** The database, or the transaction that is open on it. Only stores look inside. */
export type Db = Pick<
  PlanetScaleDatabase,
  "select" | "selectDistinct" | "insert" | "update" | "delete" | "execute"
>;

const MAX_TRANSACTION_TRIES = 3;

/**
 * Opens PlanetScale over its HTTP driver; nothing is sent before the first statement.
 * Every statement is one HTTP trip, counted in the work's log.
 */
export function createDb(url: string | null, rules: TripRules): Db {
  if (url === null) throw errors.not_configured({ detail: "The database is not configured." });
  return drizzle({ client: guardedClient({ url, fetch: guardedFetch(rules) }, rules.afterwards) });
}

/**
 * Runs `work` in one transaction and gives its result; joins the open one when there is one.
 * Deadlocks and lock waits (errno 1213, 1205) repeat the whole of it, twice at most, so `work`
 * must do nothing but statements. The first error is the one that is thrown.
 */
export async function withTransaction<Ctx extends { readonly db: Db }, T>(
  ctx: Ctx,
  work: (ctx: Ctx) => Promise<T>,
): Promise<T> {
  if (is(ctx.db, PlanetScaleTransaction)) return await work(ctx);
  const db = ctx.db as PlanetScaleDatabase;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(async (tx) => await work({ ...ctx, db: tx }));
    } catch (error) {
      if (databaseFaultIn(error)?.kind !== "contention" || attempt >= MAX_TRANSACTION_TRIES)
        throw error;
    }
  }
}
