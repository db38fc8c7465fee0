import type { Connection, ConnectionConfig } from "mariadb";
import { createConnection } from "mariadb";
import { serverOptions, SQL_MODE } from "../server-settings.ts";

/** No connection could be had: the server is away (`cause` tells why). */
export class ServerAwayError extends Error {}

/** All connections stayed taken for as long as one may wait. */
export class PoolExhaustedError extends Error {}

/** A set of open connections; each is used by one statement or one transaction at a time. */
export interface ConnectionPool {
  /**
   * An open connection, an idle one if there is any. Raises ServerAwayError at once when the server
   * cannot be reached, PoolExhaustedError when none becomes free in time.
   */
  take(): Promise<Connection>;
  /** Gives one back. It must be outside of any transaction. */
  give(connection: Connection): void;
  /** Closes a taken one that runs nothing; a transaction it is in is rolled back. */
  discard(connection: Connection): void;
  /** Ends a taken one in the middle of its statement, which fails and is rolled back. */
  kill(connection: Connection): void;
  /** Closes them all. */
  close(): Promise<void>;
  /** How many are open, idle ones included. */
  readonly size: number;
}

interface Waiter {
  resolve: (connection: Connection) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

const MAX_CONNECTIONS = 64;
const MAX_WAIT_MS = 5000;

/**
 * Has the server end a connection. The connector's own way of doing so ends this process when the
 * statement is over just before the KILL arrives.
 */
async function killThread(options: ConnectionConfig, connection: Connection): Promise<void> {
  try {
    const killer = await createConnection(options);
    await killer.query(`KILL ${connection.threadId}`).catch(() => undefined);
    await killer.end();
  } catch {
    connection.destroy();
  }
}

/**
 * Opens a pool for the server and database that the URL names; nothing is connected yet. A
 * `socketPath` on the same machine takes half the time and CPU of TCP.
 */
export function createPool(url: string, socketPath?: string): ConnectionPool {
  // The connector knows these two, its type declarations do not.
  const options: ConnectionConfig & { jsonStrings: boolean; bitOneIsBoolean: boolean } = {
    ...serverOptions(url),
    ...(socketPath !== undefined && { socketPath }),
    charset: "utf8mb4",
    // Every cell as the server wrote it, as far as that is cheap: the endpoint only passes it on.
    rowsAsArray: true,
    metaAsArray: true,
    dateStrings: true,
    autoJsonMap: false,
    jsonStrings: true,
    bitOneIsBoolean: false,
    checkDuplicate: false,
    // PlanetScale is UTC and runs MySQL 8's modes; a server of the user's own may be set otherwise.
    initSql: [`SET time_zone = '+00:00', sql_mode = '${SQL_MODE}'`],
  };
  const idle: Connection[] = [];
  const open = new Set<Connection>();
  const waiters: Waiter[] = [];
  let connecting = 0;
  let closed = false;

  const forget = (connection: Connection): void => {
    open.delete(connection);
    const at = idle.indexOf(connection);
    if (at !== -1) idle.splice(at, 1);
  };

  const connect = async (): Promise<Connection> => {
    connecting += 1;
    try {
      const connection = await createConnection(options);
      open.add(connection);
      // Without a listener an `error` event would end the process; a lost one leaves the pool.
      connection.on("error", () => forget(connection));
      connection.on("end", () => forget(connection));
      return connection;
    } catch (error) {
      throw new ServerAwayError(error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    } finally {
      connecting -= 1;
    }
  };

  const wait = (): Promise<Connection> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters.splice(waiters.indexOf(waiter), 1);
        reject(new PoolExhaustedError("no connection became free"));
      }, MAX_WAIT_MS);
      const waiter: Waiter = { resolve, reject, timer };
      waiters.push(waiter);
    });

  /** A place became free: whoever waits gets a new connection in it. */
  const refill = (): void => {
    const waiter = closed ? undefined : waiters.shift();
    if (waiter === undefined) return;
    clearTimeout(waiter.timer);
    connect().then(waiter.resolve, waiter.reject);
  };

  return {
    async take() {
      for (let found = idle.pop(); found !== undefined; found = idle.pop()) {
        if (found.isValid()) return found;
        open.delete(found);
      }
      if (closed) throw new ServerAwayError("the endpoint is closing");
      return open.size + connecting < MAX_CONNECTIONS ? connect() : wait();
    },
    give(connection) {
      // One that is being killed may have finished first: the KILL would hit whoever had it next.
      if (closed || !open.has(connection) || !connection.isValid()) {
        connection.destroy();
        forget(connection);
        return refill();
      }
      const waiter = waiters.shift();
      if (waiter === undefined) {
        idle.push(connection);
        return;
      }
      clearTimeout(waiter.timer);
      waiter.resolve(connection);
    },
    discard(connection) {
      forget(connection);
      connection.destroy();
      refill();
    },
    kill(connection) {
      forget(connection);
      void killThread(options, connection).finally(refill);
    },
    async close() {
      closed = true;
      for (const waiter of waiters.splice(0)) {
        clearTimeout(waiter.timer);
        waiter.reject(new ServerAwayError("the endpoint is closing"));
      }
      const busy = [...open].filter((connection) => !idle.includes(connection));
      for (const connection of idle.splice(0)) connection.destroy();
      open.clear();
      await Promise.all(busy.map((connection) => killThread(options, connection)));
    },
    get size() {
      return open.size;
    },
  };
}
