import { migrateSchema } from "../platform/objects/schema.ts";
import type { Instant } from "../platform/time/instant.ts";

const steps = [
  "CREATE TABLE used_tickets (nonce TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID",
];

/** Tickets that were used: a ticket is sealed, so only its second use needs remembering. */
export class Tickets {
  private readonly storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
    migrateSchema(storage, "tickets", steps);
  }

  /** Uses a ticket that is good until `until`; says whether this was its first use, and in time. */
  use(nonce: string, until: Instant, now: Instant): boolean {
    this.storage.sql.exec("DELETE FROM used_tickets WHERE until <= ?", now);
    if (until <= now) return false;
    const used = this.storage.sql
      .exec("SELECT 1 FROM used_tickets WHERE nonce = ?", nonce)
      .toArray();
    if (used.length > 0) return false;
    this.storage.sql.exec("INSERT INTO used_tickets (nonce, until) VALUES (?, ?)", nonce, until);
    return true;
  }
}
