import { index, int, mysqlEnum, mysqlTable, varchar } from "drizzle-orm/mysql-core";
import { asciiText, id, instant } from "../platform/db/columns.ts";

/** Sign-ins that live: a refresh token is this id, this counter and an HMAC, so no token is kept. */
export const sessions = mysqlTable(
  "sessions",
  {
    id: id().primaryKey(),
    user_id: id().notNull(),
    /** Rises with each rotation; only the token of the current count (or, for 10 s, the one before) is good. */
    counter: int().notNull(),
    rotated_at: instant().notNull(),
    device_name: varchar({ length: 100 }),
    ip: asciiText(45),
    user_agent: varchar({ length: 512 }),
    created_at: instant().notNull(),
    last_seen_at: instant().notNull(),
    expires_at: instant().notNull(),
    ended_at: instant(),
    end_reason: asciiText(32),
  },
  (table) => [
    index("sessions_user").on(table.user_id, table.ended_at),
    index("sessions_expiry").on(table.expires_at),
  ],
);

/** Tokens sent by mail. A token is its row's id and an HMAC, so the row gives none away. */
export const emailTokens = mysqlTable(
  "email_tokens",
  {
    id: id().primaryKey(),
    user_id: id().notNull(),
    purpose: mysqlEnum(["verify", "reset", "change"]).notNull(),
    /** The address it was sent to: what the token proves is that somebody reads it. */
    email: asciiText(254).notNull(),
    created_at: instant().notNull(),
    expires_at: instant().notNull(),
    used_at: instant(),
    /** Set when a newer token ended this one. */
    replaced_at: instant(),
  },
  (table) => [
    index("email_tokens_user").on(table.user_id, table.purpose, table.created_at),
    index("email_tokens_expiry").on(table.expires_at),
    index("email_tokens_address").on(table.email),
  ],
);
