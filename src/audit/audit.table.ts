import {
  index,
  int,
  json,
  mysqlEnum,
  mysqlTable,
  primaryKey,
  varchar,
} from "drizzle-orm/mysql-core";
import { asciiText, id, instant } from "../platform/db/columns.ts";
import { LEVELS } from "./actions.ts";

/**
 * What was done, by whom and from where. Keys are UUIDv7 of the act's instant, so the primary key is
 * the order of time; every filter has an index that goes on in that order.
 */
export const auditLogs = mysqlTable(
  "audit_logs",
  {
    id: id().primaryKey(),
    level: mysqlEnum(LEVELS).notNull(),
    action: asciiText(40).notNull(),
    /** Whose account it is about; after its erasure a pseudonym, as is the actor's. */
    user_id: id(),
    actor_id: id(),
    ip: asciiText(45),
    user_agent: varchar({ length: 512 }),
    request_id: asciiText(64),
    context: json().$type<Record<string, unknown>>().notNull(),
    /** Names and addresses, before and after; emptied with the person's erasure. */
    personal: json().$type<Record<string, unknown>>(),
    created_at: instant().notNull(),
  },
  (table) => [
    index("audit_logs_level").on(table.level, table.id),
    index("audit_logs_action").on(table.action, table.id),
    // With all that a filter may ask besides: a busy address's or administrator's acts are passed over without their rows.
    index("audit_logs_user").on(table.user_id, table.id, table.level, table.action, table.actor_id),
    index("audit_logs_actor").on(
      table.actor_id,
      table.id,
      table.level,
      table.action,
      table.user_id,
    ),
    index("audit_logs_ip").on(
      table.ip,
      table.id,
      table.level,
      table.action,
      table.user_id,
      table.actor_id,
    ),
    index("audit_logs_request").on(table.request_id, table.id),
  ],
);

/** Parts of the archive: files in R2 that hold the rows from one id to another, oldest first. */
export const auditParts = mysqlTable(
  "audit_parts",
  {
    /** The file's name. */
    name: asciiText(120).primaryKey(),
    first_id: id().notNull(),
    last_id: id().notNull(),
    entries: int().notNull(),
    created_at: instant().notNull(),
  },
  (table) => [index("audit_parts_first").on(table.first_id)],
);

/** Which parts name whom, so that an erasure finds them: the archive is rewritten without the person. */
export const auditPartPeople = mysqlTable(
  "audit_part_people",
  { user_id: id().notNull(), part_name: asciiText(120).notNull() },
  (table) => [primaryKey({ columns: [table.user_id, table.part_name] })],
);
