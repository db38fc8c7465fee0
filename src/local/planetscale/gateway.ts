import type { Connection } from "mariadb";
import { SqlError } from "mariadb";
import type { ConnectionPool } from "./connections.ts";
import { PoolExhaustedError, ServerAwayError } from "./connections.ts";
import { explainError } from "./explain-error.ts";
import { refusalOf } from "./refusals.ts";
import type { SessionState } from "./session.ts";
import { readSession, sessionJson } from "./session.ts";
import type { StatementKind } from "./statement.ts";
import { MAX_ROWS, runStatement, statementKind, TooManyRowsError } from "./statement.ts";
import type { Transaction, Transactions } from "./transactions.ts";
import type { VitessError } from "./vitess-errors.ts";
import * as vitess from "./vitess-errors.ts";

/** One Execute call. */
export interface Call {
  sql: string;
  /** The session as the client sent it. */
  session: unknown;
  /** An error of MySQL's that the fault table ordered instead of running the statement. */
  ordered: "deadlock" | "lock_wait" | "rollback_fails" | null;
  /** Set while a statement runs that may be ended because its client has gone. */
  interrupt: (() => void) | null;
}

/** Runs calls against the server behind, by PlanetScale's rules. */
export interface Gateway {
  /** The answer's body as JSON text; failures are answers too, so this never rejects. */
  execute(call: Call): Promise<string>;
}

/** An answer that is an error of Vitess's. */
class VitessFailure extends Error {
  readonly error: VitessError;

  constructor(error: VitessError) {
    super(error.message);
    this.error = error;
  }
}

/** Puts the rules of sessions and transactions in front of a pool of connections. */
export function createGateway(
  database: string,
  pool: ConnectionPool,
  transactions: Transactions,
): Gateway {
  // A session serves one request at a time; these are being served.
  const serving = new Set<string>();

  /** As in Vitess, BEGIN is noted in the session alone: the server hears of it with the first statement. */
  async function begin(session: SessionState, sql: string): Promise<string> {
    const current = transactions.get(session.id);
    session.in_transaction = true;
    if (current === undefined) {
      transactions.begin(session.id);
      return "{}";
    }
    const result = await inside(session, current, sql, null);
    transactions.renew(session.id, current);
    return result;
  }

  /** The session's transaction, which its first statement takes to the server; none outside of any. */
  async function enter(session: SessionState): Promise<Transaction | undefined> {
    if (!session.in_transaction) return undefined;
    const open = transactions.get(session.id) ?? (await start(session));
    session.is_at_server = true;
    return open;
  }

  async function start(session: SessionState): Promise<Transaction> {
    if (hasEnded(session)) throw missing(session);
    const connection = await pool.take();
    try {
      await runStatement(connection, "BEGIN");
      return transactions.open(session.id, connection);
    } catch (error) {
      pool.discard(connection);
      throw error;
    }
  }

  async function finish(session: SessionState, sql: string, call: Call): Promise<string> {
    const open = transactions.get(session.id);
    if (open === undefined) {
      if (hasEnded(session) && statementKind(sql) === "commit") throw missing(session);
      transactions.endUnseen(session.id);
      leave(session);
      return "{}";
    }
    transactions.close(session.id);
    leave(session);
    if (call.ordered === "rollback_fails") {
      pool.discard(open.connection);
      throw new VitessFailure(vitess.unavailable(database, "connection lost during rollback"));
    }
    try {
      const result = await runStatement(open.connection, sql);
      pool.give(open.connection);
      return result;
    } catch (error) {
      pool.discard(open.connection);
      throw error;
    }
  }

  async function inside(
    session: SessionState,
    transaction: Transaction,
    sql: string,
    call: Call | null,
  ): Promise<string> {
    const { connection } = transaction;
    transaction.busy = true;
    if (call !== null) {
      call.interrupt = () => {
        transactions.end(session.id, transaction, "ended: context canceled");
        pool.kill(connection);
      };
    }
    try {
      const result = await runStatement(connection, sql);
      // DDL commits: from then on, the session is outside of any transaction.
      if (transaction.ended === null && !isInTransaction(connection)) {
        transactions.close(session.id);
        leave(session);
        pool.give(connection);
      }
      return result;
    } catch (error) {
      if (transaction.ended !== null) {
        throw new VitessFailure(vitess.aborted(database, transaction.id, transaction.ended));
      }
      if (isDeadlock(error)) endDeadlocked(session, transaction);
      else if (isFatal(error)) {
        transactions.end(session.id, transaction, "ended: connection lost");
        pool.discard(connection);
      }
      throw error;
    } finally {
      transaction.busy = false;
      if (call !== null) call.interrupt = null;
    }
  }

  // MySQL has rolled back; Vitess lets the session do nothing but roll back as well.
  function endDeadlocked(session: SessionState, transaction: Transaction): void {
    transactions.end(session.id, transaction, "ended: transaction aborted by deadlock");
    pool.discard(transaction.connection);
  }

  async function outside(sql: string, kind: StatementKind, call: Call): Promise<string> {
    const connection = await pool.take();
    call.interrupt = () => pool.kill(connection);
    try {
      const result = await runStatement(connection, sql);
      call.interrupt = null;
      // What was SET belongs to a session that ends with its statement.
      if (kind === "set") pool.discard(connection);
      else pool.give(connection);
      return result;
    } catch (error) {
      call.interrupt = null;
      if (isFatal(error)) pool.discard(connection);
      else pool.give(connection);
      throw error;
    }
  }

  /** Whether the session's transaction was at the server, and is no more without its client's doing. */
  function hasEnded({ id, in_transaction, is_at_server }: SessionState): boolean {
    if (!in_transaction || transactions.get(id) !== undefined) return false;
    return is_at_server || transactions.isMissing(id);
  }

  function missing(session: SessionState): VitessFailure {
    const { id, cause } = transactions.whyMissing(session.id);
    return new VitessFailure(vitess.aborted(database, id, cause));
  }

  function orderedError(call: Call, session: SessionState): SqlError {
    const open = transactions.get(session.id);
    if (call.ordered === "deadlock") {
      if (open !== undefined) endDeadlocked(session, open);
      const text = "Deadlock found when trying to get lock; try restarting transaction";
      return new SqlError(text, call.sql, false, {}, "40001", 1213);
    }
    const text = "Lock wait timeout exceeded; try restarting transaction";
    return new SqlError(text, call.sql, false, {}, "HY000", 1205);
  }

  async function run(call: Call, session: SessionState): Promise<string> {
    const { sql } = call;
    const kind = statementKind(sql);
    const isWork = kind === "work" || kind === "set";
    const transaction = isWork ? await enter(session) : undefined;
    if (call.ordered === "deadlock" || call.ordered === "lock_wait") {
      throw orderedError(call, session);
    }
    const refusal = refusalOf(sql);
    if (refusal !== null) throw new VitessFailure(vitess.fromRefusal(refusal));
    if (kind === "commit" || kind === "rollback") return finish(session, sql, call);
    if (hasEnded(session)) throw missing(session);
    if (kind === "use") return "{}";
    if (kind === "begin") return begin(session, sql);
    return transaction === undefined
      ? outside(sql, kind, call)
      : inside(session, transaction, sql, call);
  }

  async function describe(error: unknown, sql: string): Promise<VitessError> {
    if (error instanceof VitessFailure) return error.error;
    if (error instanceof PoolExhaustedError) return vitess.exhausted(database);
    if (error instanceof ServerAwayError) {
      const cause = "Can't connect to MySQL server (errno 2003) (sqlstate HY000)";
      return vitess.unavailable(database, cause);
    }
    if (error instanceof TooManyRowsError) return vitess.tooManyRows(database, MAX_ROWS, sql);
    if (isFatal(error)) {
      const cause = "Lost connection to MySQL server during query (errno 2013) (sqlstate HY000)";
      return vitess.unavailable(database, cause);
    }
    return vitess.fromMysql(database, await explainError(error, sql, pool), sql);
  }

  return {
    async execute(call) {
      const session = readSession(call.session);
      if (serving.has(session.id)) {
        const id = transactions.get(session.id)?.id ?? "0";
        return errorJson(session, vitess.aborted(database, id, "in use: for query"));
      }
      serving.add(session.id);
      const started = performance.now();
      try {
        const result = await run(call, session);
        const timing = (performance.now() - started) / 1000;
        return `{"session":${sessionJson(session)},"result":${result},"timing":${timing}}`;
      } catch (error) {
        return errorJson(session, await describe(error, call.sql));
      } finally {
        serving.delete(session.id);
      }
    },
  };
}

/** The session is outside of any transaction. */
function leave(session: SessionState): void {
  session.in_transaction = false;
  session.is_at_server = false;
}

function errorJson(session: SessionState, error: VitessError): string {
  return `{"session":${sessionJson(session)},"error":${JSON.stringify(error)}}`;
}

function isInTransaction(connection: Connection): boolean {
  // SERVER_STATUS_IN_TRANS, which the server sends with every answer.
  return ((connection.info?.status ?? 0) & 1) === 1;
}

function isDeadlock(error: unknown): boolean {
  return error instanceof SqlError && error.errno === 1213;
}

/** Whether the connection is of no more use: its socket broke, or the server is shutting down. */
function isFatal(error: unknown): boolean {
  // A socket that is reset comes as Node's own error, which the connector only marks.
  if (!(error instanceof SqlError)) return error instanceof Error && "fatal" in error;
  return error.fatal || error.errno === 1053 || (error.errno > 45_000 && error.errno < 46_000);
}
