import {
  and,
  asc,
  between,
  count,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  max,
  min,
  sql,
} from "drizzle-orm";
import { auditLogs } from "../audit/audit.table.ts";
import type { Db } from "../platform/db/database.ts";
import type { OwnDate } from "../platform/time/dates.ts";
import { firstIdAt } from "../platform/time/id-instant.ts";
import type { Instant } from "../platform/time/instant.ts";
import { users } from "../users/users.table.ts";
import type { GrowthDay, Moves } from "./growth.ts";
import { growthDays } from "./statistics.table.ts";

type Store = { readonly db: Db };
type Span = { from: Instant; before: Instant };

/** The days that are closed, of a span of UTC days. */
export async function closedDays(ctx: Store, from: OwnDate, to: OwnDate): Promise<GrowthDay[]> {
  return await ctx.db
    .select()
    .from(growthDays)
    .where(between(growthDays.date, from, to))
    .orderBy(asc(growthDays.date));
}

/** The newest day that is closed. */
export async function lastClosedDay(ctx: Store): Promise<OwnDate | null> {
  const rows = await ctx.db.select({ last: max(growthDays.date) }).from(growthDays);
  return rows[0]?.last ?? null;
}

/** Closes days; one that is closed stays as it is. */
export async function closeDays(ctx: Store, days: readonly GrowthDay[]): Promise<void> {
  if (days.length === 0) return;
  await ctx.db
    .insert(growthDays)
    .values([...days])
    .onDuplicateKeyUpdate({ set: { date: sql`${growthDays.date}` } });
}

/** When the first account that there is was made. */
export async function firstAccountAt(ctx: Store): Promise<Instant | null> {
  const rows = await ctx.db.select({ first: min(users.created_at) }).from(users);
  return rows[0]?.first ?? null;
}

/** How many confirmed accounts there are. */
export async function countConfirmed(ctx: Store): Promise<number> {
  const rows = await ctx.db
    .select({ n: count() })
    .from(users)
    .where(isNotNull(users.email_verified_at));
  return rows[0]?.n ?? 0;
}

/** How many accounts wait to be confirmed. */
export async function countWaiting(ctx: Store): Promise<number> {
  const rows = await ctx.db
    .select({ n: count() })
    .from(users)
    .where(isNull(users.email_verified_at));
  return rows[0]?.n ?? 0;
}

/** What happened on the UTC days of a span, by date: accounts made, confirmed and deleted. */
export async function movesBetween(ctx: Store, span: Span): Promise<Map<OwnDate, Moves>> {
  const day = (column: typeof users.created_at | typeof users.email_verified_at) =>
    sql<OwnDate>`date(${column})`;
  const registered = ctx.db
    .select({ date: day(users.created_at), n: count() })
    .from(users)
    .where(and(gte(users.created_at, span.from), lt(users.created_at, span.before)))
    .groupBy(day(users.created_at));
  const confirmed = ctx.db
    .select({ date: day(users.email_verified_at), n: count() })
    .from(users)
    .where(and(gte(users.email_verified_at, span.from), lt(users.email_verified_at, span.before)))
    .groupBy(day(users.email_verified_at));
  const deletedOn = sql<OwnDate>`date(${auditLogs.created_at})`;
  const deleted = ctx.db
    .select({ date: deletedOn, n: count() })
    .from(auditLogs)
    .where(
      and(
        inArray(auditLogs.action, ["users.deleted", "admin.user_deleted"]),
        // A deletion that found the account deleted already names nobody.
        isNotNull(auditLogs.user_id),
        gte(auditLogs.id, firstIdAt(span.from)),
        lt(auditLogs.id, firstIdAt(span.before)),
      ),
    )
    .groupBy(deletedOn);
  const answers = await Promise.all([registered, confirmed, deleted]);
  const moves = new Map<OwnDate, Moves>();
  for (const [index, kind] of (["registered", "confirmed", "deleted"] as const).entries()) {
    for (const { date, n } of answers[index] ?? []) {
      const moved = moves.get(date) ?? { registered: 0, confirmed: 0, deleted: 0 };
      moves.set(date, { ...moved, [kind]: n });
    }
  }
  return moves;
}
