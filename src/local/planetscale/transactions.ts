import type { Connection } from "mariadb";
import type { ConnectionPool } from "./connections.ts";

/** An open transaction and the connection that is its own until it ends. */
export interface Transaction {
  /** As it stands in error texts. */
  id: string;
  connection: Connection;
  /** Whether a statement runs in it right now. */
  busy: boolean;
  /** Why it ended without the client's doing, in Vitess's words; null while it goes on. */
  ended: string | null;
}

/** The open transactions by session, and why others ended before their clients ended them. */
export interface Transactions {
  get(session_id: string): Transaction | undefined;
  /** Notes that the session's transaction lives on this connection; its time starts now. */
  open(session_id: string, connection: Connection): Transaction;
  /** Starts a transaction's time anew (BEGIN inside a transaction commits and begins). */
  renew(session_id: string, transaction: Transaction): void;
  /** Forgets a transaction that its client ended; the connection stays with the caller. */
  close(session_id: string): void;
  /** Ends one for a reason that its client has yet to learn; the connection stays with the caller. */
  end(session_id: string, transaction: Transaction, cause: string): void;
  /** What a client hears that believes in a transaction which is not there. */
  whyMissing(session_id: string): { id: string; cause: string };
  /** The client has ended a transaction that was not there any more. */
  acknowledge(session_id: string): void;
  readonly size: number;
  /** Stops all clocks. */
  stop(): void;
}

const REMEMBERED = 1000;

/** Keeps the rule that no transaction lasts longer than `limit_ms`: then it is rolled back. */
export function createTransactions(pool: ConnectionPool, limit_ms: number): Transactions {
  const open = new Map<string, Transaction>();
  const timers = new Map<string, NodeJS.Timeout>();
  const missing = new Map<string, { id: string; cause: string }>();
  let count = 0;

  const forget = (session_id: string): void => {
    clearTimeout(timers.get(session_id));
    timers.delete(session_id);
    open.delete(session_id);
  };

  const end = (session_id: string, transaction: Transaction, cause: string): void => {
    forget(session_id);
    transaction.ended = cause;
    missing.set(session_id, { id: transaction.id, cause });
    const oldest = missing.size > REMEMBERED ? missing.keys().next().value : undefined;
    if (oldest !== undefined) missing.delete(oldest);
  };

  const startClock = (session_id: string, transaction: Transaction): void => {
    clearTimeout(timers.get(session_id));
    const timer = setTimeout(() => {
      const at = new Date().toISOString().replace("T", " ").replace("Z", " UTC");
      end(session_id, transaction, `ended at ${at} (exceeded timeout: ${limit_ms / 1000}s)`);
      if (transaction.busy) pool.kill(transaction.connection);
      else pool.discard(transaction.connection);
    }, limit_ms);
    timer.unref();
    timers.set(session_id, timer);
  };

  return {
    get: (session_id) => open.get(session_id),
    open(session_id, connection) {
      count += 1;
      const id = `${Date.now()}${String(count % 1_000_000).padStart(6, "0")}`;
      const transaction: Transaction = { id, connection, busy: false, ended: null };
      open.set(session_id, transaction);
      missing.delete(session_id);
      startClock(session_id, transaction);
      return transaction;
    },
    renew: startClock,
    close: forget,
    end,
    whyMissing: (session_id) => missing.get(session_id) ?? { id: "0", cause: "not found" },
    acknowledge(session_id) {
      missing.delete(session_id);
    },
    get size() {
      return open.size;
    },
    stop() {
      for (const session_id of [...open.keys()]) forget(session_id);
    },
  };
}
