import type { Context } from "../platform/context.ts";
import { callObject } from "../platform/objects/call.ts";
import { migrateSchema } from "../platform/objects/schema.ts";
import { CloseCode } from "../platform/objects/sockets.ts";
import type { Instant } from "../platform/time/instant.ts";
import { goodSessionsOf, type Person } from "./person.ts";

const steps = [
  `CREATE TABLE viewing (
     challenge_id TEXT NOT NULL, session_id TEXT NOT NULL, until INTEGER NOT NULL,
     PRIMARY KEY (challenge_id, session_id)
   ) WITHOUT ROWID`,
];

/** Which boards a user's sessions may be watching, so that an ended session leaves none of them open. */
export class Viewing {
  private readonly storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
    migrateSchema(storage, "viewing", steps);
  }

  /** Notes that a session opens a socket on a board, at the longest until its token expires. */
  add(challenge_id: string, session_id: string, until: Instant, now: Instant): void {
    this.storage.sql.exec("DELETE FROM viewing WHERE until <= ?", now);
    this.storage.sql.exec(
      `INSERT INTO viewing (challenge_id, session_id, until) VALUES (?, ?, ?)
       ON CONFLICT (challenge_id, session_id) DO UPDATE SET until = max(until, excluded.until)`,
      challenge_id,
      session_id,
      until,
    );
  }

  /** The boards where sessions may still be watching that the person's facts no longer know. */
  endedViews(person: Person | null): { challenge_id: string; session_ids: string[] }[] {
    const good = goodSessionsOf(person);
    const boards = new Map<string, string[]>();
    const rows = this.storage.sql.exec<{ challenge_id: string; session_id: string }>(
      "SELECT challenge_id, session_id FROM viewing",
    );
    for (const { challenge_id, session_id } of rows) {
      if (!good.includes(session_id))
        boards.set(challenge_id, [...(boards.get(challenge_id) ?? []), session_id]);
    }
    return [...boards].map(([challenge_id, session_ids]) => ({ challenge_id, session_ids }));
  }

  /** Has the boards close what ended sessions are watching. Raises `object_unavailable`; repeatable. */
  async end(ctx: Context, user_id: string, person: Person | null): Promise<void> {
    const code = person?.is_active === false ? CloseCode.not_allowed : CloseCode.token;
    for (const { challenge_id, session_ids } of this.endedViews(person)) {
      await callObject(
        ctx,
        ctx.bindings.BOARD,
        challenge_id,
        async (board) => await board.endViewing(user_id, session_ids, code),
      );
      this.forget(challenge_id, session_ids);
    }
  }

  private forget(challenge_id: string, session_ids: readonly string[]): void {
    for (const session_id of session_ids) {
      this.storage.sql.exec(
        "DELETE FROM viewing WHERE challenge_id = ? AND session_id = ?",
        challenge_id,
        session_id,
      );
    }
  }
}
