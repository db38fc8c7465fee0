import {
  index,
  int,
  json,
  mysqlEnum,
  mysqlTable,
  primaryKey,
  uniqueIndex,
} from "drizzle-orm/mysql-core";
import { asciiText, id, instant } from "../platform/db/columns.ts";
import { MARKS } from "./address-mark.ts";

/** The outbox: a mail is a row written in the transaction of its cause, and sent from there. */
export const emails = mysqlTable(
  "emails",
  {
    id: id().primaryKey(),
    /** Makes each mail one mail, however often its cause is worked on. */
    dedupe_key: asciiText(190).notNull(),
    user_id: id(),
    to_address: asciiText(254).notNull(),
    kind: asciiText(40).notNull(),
    locale: asciiText(2).notNull(),
    /** What the template needs; a token is named by its row's id and sealed only when the mail is sent. */
    data: json().$type<Record<string, unknown>>().notNull(),
    /** `refused`: Postmark will not have it; `dropped`: its reader or its time does not want it any more. */
    status: mysqlEnum(["waiting", "sent", "failed", "refused", "dropped"]).notNull(),
    attempts: int().notNull(),
    /** When it may be tried next; while a sender holds the row, the end of its lease. */
    next_attempt_at: instant().notNull(),
    /** News that would be stale by then is not sent any more; null for what stays worth sending. */
    good_until: instant(),
    lease_id: id(),
    message_id: asciiText(64),
    error_code: int(),
    created_at: instant().notNull(),
    sent_at: instant(),
    /** When the reader's mail server took it, as Postmark tells. */
    delivered_at: instant(),
  },
  (table) => [
    uniqueIndex("emails_dedupe").on(table.dedupe_key),
    index("emails_due").on(table.status, table.next_attempt_at),
    index("emails_lease").on(table.lease_id),
    index("emails_user").on(table.user_id),
    index("emails_address").on(table.to_address, table.kind, table.created_at),
  ],
);

/** Addresses that Postmark told us of: what goes to them, and by which stream, is no longer sent. */
export const mailAddresses = mysqlTable(
  "mail_addresses",
  {
    address: asciiText(254).notNull(),
    stream: asciiText(40).notNull(),
    state: mysqlEnum(MARKS).notNull(),
    since: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.address, table.stream] }),
    index("mail_addresses_state").on(table.state, table.since),
  ],
);
