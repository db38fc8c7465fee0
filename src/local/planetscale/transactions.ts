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
  get(sessionId: string): Transaction | undefined;
  /** Notes that the session's transaction lives on this connection; its time starts now. */
  open(sessionId: string, connection: Connection): Transaction;
  /** Starts a transaction's time anew (BEGIN inside a transaction commits and begins). */
  renew(sessionId: string, transaction: Transaction): void;
  /** Forgets a transaction that its client ended; the connection stays with the caller. */
  close(sessionId: string): void;
  /** Ends one for a reason that its client has yet to learn; the connection stays with the caller. */
  end(sessionId: string, transaction: Transaction, cause: string): void;
  /** Whether the session's transaction has ended, and what still comes of it must not begin another. */
  isMissing(sessionId: string): boolean;
  /** What a client hears that believes in a transaction which is not there. */
  whyMissing(sessionId: string): { id: string; cause: string };
  /** The client begins another: whatever it has to hear of the one before, it knows. */
  begin(sessionId: string): void;
  /** The client has ended one that is not at the server: a statement of it that comes later begins none. */
  endUnseen(sessionId: string): void;
  readonly size: number;
  /** Stops all clocks. */
  stop(): void;
}

const REMEMBERED = 1000;

/** Keeps the rule that no transaction lasts longer than `limitMs`: then it is rolled back. */
export function createTransactions(pool: ConnectionPool, limitMs: number): Transactions {
  const open = new Map<string, Transaction>();
  const timers = new Map<string, NodeJS.Timeout>();
  const missing = new Map<string, { id: string; cause: string }>();
  let count = 0;

  const forget = (sessionId: string): void => {
    clearTimeout(timers.get(sessionId));
    timers.delete(sessionId);
    open.delete(sessionId);
  };

  const remember = (sessionId: string, why: { id: string; cause: string }): void => {
    missing.set(sessionId, why);
    const oldest = missing.size > REMEMBERED ? missing.keys().next().value : undefined;
    if (oldest !== undefined) missing.delete(oldest);
  };

  const end = (sessionId: string, transaction: Transaction, cause: string): void => {
    forget(sessionId);
    transaction.ended = cause;
    remember(sessionId, { id: transaction.id, cause });
  };

  const startClock = (sessionId: string, transaction: Transaction): void => {
    clearTimeout(timers.get(sessionId));
    const timer = setTimeout(() => {
      const at = new Date().toISOString().replace("T", " ").replace("Z", " UTC");
      end(sessionId, transaction, `ended at ${at} (exceeded timeout: ${limitMs / 1000}s)`);
      if (transaction.busy) pool.kill(transaction.connection);
      else pool.discard(transaction.connection);
    }, limitMs);
    timer.unref();
    timers.set(sessionId, timer);
  };

  return {
    get: (sessionId) => open.get(sessionId),
    open(sessionId, connection) {
      count += 1;
      const id = `${Date.now()}${String(count % 1_000_000).padStart(6, "0")}`;
      const transaction: Transaction = { id, connection, busy: false, ended: null };
      open.set(sessionId, transaction);
      missing.delete(sessionId);
      startClock(sessionId, transaction);
      return transaction;
    },
    renew: startClock,
    close: forget,
    end,
    isMissing: (sessionId) => missing.has(sessionId),
    whyMissing: (sessionId) => missing.get(sessionId) ?? { id: "0", cause: "not found" },
    begin(sessionId) {
      missing.delete(sessionId);
    },
    endUnseen(sessionId) {
      remember(sessionId, { id: "0", cause: "ended: by its client" });
    },
    get size() {
      return open.size;
    },
    stop() {
      for (const sessionId of [...open.keys()]) forget(sessionId);
    },
  };
}
