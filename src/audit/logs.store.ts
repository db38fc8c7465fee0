import {
  and,
  desc,
  eq,
  getTableColumns,
  gte,
  inArray,
  isNull,
  lt,
  ne,
  or,
  type SQL,
} from "drizzle-orm";
import { unionAll } from "drizzle-orm/mysql-core";
import type { Db } from "../platform/db/database.ts";
import { auditLogs } from "./audit.table.ts";
import type { LogRow } from "./entry.ts";
import type { Key, Plan, Range } from "./ranges.ts";

type Store = { readonly db: Db };

const INDEXES: Record<Key, string> = {
  level: "audit_logs_level",
  action: "audit_logs_action",
  user_id: "audit_logs_user",
  actor_id: "audit_logs_actor",
  ip: "audit_logs_ip",
  request_id: "audit_logs_request",
};

/**
 * At most `limit` acts that a plan finds, newest first, before the id `before`. One statement: each
 * range gives its newest ids from the end of its own index, and only these few are sorted together.
 */
export async function pageOfLogs(
  ctx: Store,
  plan: Plan,
  before: string | null,
  limit: number,
): Promise<LogRow[]> {
  const { id } = auditLogs;
  const [first, second, ...others] = plan.ranges.map((range) =>
    ctx.db
      .select({ id })
      // MySQL would rather walk the primary key for what is rare, past all the rest.
      .from(auditLogs, { forceIndex: [range.by === null ? "PRIMARY" : INDEXES[range.by.key]] })
      .where(and(...within(range, plan, before)))
      .orderBy(desc(id))
      .limit(limit),
  );
  if (!first) return [];
  const newest = second
    ? unionAll(first, second, ...others)
        .orderBy(desc(id))
        .limit(limit)
    : first;
  const page = newest.as("page");
  const rows = await ctx.db
    .select(getTableColumns(auditLogs))
    .from(page)
    .innerJoin(auditLogs, eq(id, page.id));
  // Sorted here: a temporary table of JSON goes to the server's disk.
  return rows.sort((one, other) => (one.id < other.id ? 1 : -1));
}

function within({ by, but }: Range, plan: Plan, before: string | null): (SQL | undefined)[] {
  const { id, level, action, user_id, actor_id } = auditLogs;
  const { rest, from_id, to_id } = plan;
  return [
    by === null ? undefined : eq(auditLogs[by.key], by.value),
    ...but.map(({ key, value }) => or(isNull(auditLogs[key]), ne(auditLogs[key], value))),
    rest.level === undefined ? undefined : eq(level, rest.level),
    rest.actions === undefined ? undefined : inArray(action, rest.actions),
    rest.user_id === undefined
      ? undefined
      : or(eq(user_id, rest.user_id), eq(actor_id, rest.user_id)),
    from_id === undefined ? undefined : gte(id, from_id),
    to_id === undefined ? undefined : lt(id, to_id),
    before === null ? undefined : lt(id, before),
  ];
}
