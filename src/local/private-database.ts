import { readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ChildProcess } from "node:child_process";
import { createConnection } from "mariadb";
import { DATABASE_NAME, DATABASE_USER, prepareFolder } from "./database/data-folder.ts";
import type { DataFolder } from "./database/data-folder.ts";
import { installServer, NoDatabaseServerError } from "./database/install-server.ts";
import { commandOf, endProcess, isRunning, signal } from "./processes.ts";
import type { ServerBinary } from "./database/server-binary.ts";
import { findServer } from "./database/server-binary.ts";
import { launchServer } from "./database/server-process.ts";
import { freePort } from "./ports.ts";
import { collationFor, serverOptions } from "./server-settings.ts";

export interface DatabaseOptions {
  /** Where a private server keeps its data between runs. */
  folder: string;
  log: (line: string) => void;
  /** A server to use instead, `mysql://user:password@host:port/name`; it is never stopped. */
  url?: string;
  /** False: faster, but a crash may lose data. For tests. */
  durable?: boolean;
}

export interface Database {
  /** `mysql://user:password@host:port/name` */
  url: string;
  kind: "private" | "given";
  /** The private server's Unix socket, where its path is short enough: faster than TCP. */
  socketPath: string | undefined;
  /** The private server's process. */
  readonly pid: number | undefined;
  /** Sends the private server a signal, for fault tests; resolves once SIGKILL has taken effect. */
  kill(name: NodeJS.Signals): Promise<void>;
  /** Starts the private server again, on the same port and data. */
  restart(): Promise<void>;
  /** Calls back when the private server ends without having been told to by this module. */
  onUnexpectedEnd(listener: (how: string) => void): void;
  /** Ends the private server in good order; a given one is left alone. */
  stop(): Promise<void>;
}

interface ServerState {
  /** The server's process, and the one that started it. */
  pid: number;
  owner_pid: number;
}

/**
 * Gives a database to work with: the server that `url` names (its database is created if missing),
 * or a private one on a free port of its own, bound to 127.0.0.1, with its data in `folder`. A server
 * that a killed run left behind in that folder is stopped first. Raises NoDatabaseServerError where
 * there is none and none can be installed, and an Error when another process is using the folder.
 */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url !== undefined && options.url !== "") return useGiven(options.url);
  const { log } = options;
  const binary = await ensureServer(log);
  const folder = await prepareFolder(resolve(options.folder), binary, log);
  await clearLeftovers(folder, log);
  return startPrivate(binary, folder, options.durable ?? true);
}

/** Finds a server's program, and installs one where there is none; raises NoDatabaseServerError. */
export async function ensureServer(log: (line: string) => void): Promise<ServerBinary> {
  const binary = await findServer();
  if (binary !== null) return binary;
  await installServer(log);
  const installed = await findServer();
  if (installed !== null) return installed;
  throw new NoDatabaseServerError("it was installed, but cannot be found.");
}

async function useGiven(url: string): Promise<Database> {
  const parsed = new URL(url);
  if (parsed.protocol !== "mysql:" && parsed.protocol !== "mariadb:") {
    throw new Error("DATABASE_URL must look like mysql://user:password@host:3306/name");
  }
  if (parsed.pathname.length <= 1) parsed.pathname = `/${DATABASE_NAME}`;
  const { database, ...server } = serverOptions(parsed.href);
  let connection;
  try {
    connection = await createConnection(server);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`The server that DATABASE_URL names does not answer: ${words}`, {
      cause: error,
    });
  }
  try {
    const collation = collationFor(connection.info?.isMariaDB() ? "mariadb" : "mysql");
    const name = connection.escapeId(database ?? DATABASE_NAME);
    await connection
      .query(`CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE ${collation}`)
      // An account without that right may still use a database that is there.
      .catch(() => undefined);
    await connection.query(`USE ${name}`);
  } finally {
    await connection.end();
  }
  const refuse = (): Promise<void> =>
    Promise.reject(new Error("a server that was given by its URL is not ours to kill or start"));
  return {
    url: parsed.href,
    kind: "given",
    socketPath: undefined,
    pid: undefined,
    kill: refuse,
    restart: refuse,
    onUnexpectedEnd: () => undefined,
    stop: async () => undefined,
  };
}

async function startPrivate(
  binary: ServerBinary,
  folder: DataFolder,
  durable: boolean,
): Promise<Database> {
  const listeners: ((how: string) => void)[] = [];
  let port = await freePort();
  const urlAt = (at: number): string =>
    `mysql://${DATABASE_USER}:${folder.password}@127.0.0.1:${at}/${DATABASE_NAME}`;
  let child: ChildProcess | null = null;
  // Ends that this module asked for are not unexpected.
  let expected = false;

  const launch = async (): Promise<void> => {
    const started = await launchServer({ binary, folder, port, durable, url: urlAt(port) });
    child = started;
    expected = false;
    started.once("exit", (code, name) => {
      if (child === started) child = null;
      if (!expected) for (const listener of listeners) listener(name ?? `code ${code}`);
    });
    const state: ServerState = { pid: started.pid ?? 0, owner_pid: process.pid };
    await writeFile(folder.state_file, JSON.stringify(state));
  };
  const ended = (): boolean => child === null;

  try {
    await launch();
  } catch {
    // Somebody may have taken the port between the look and the start.
    port = await freePort();
    await launch();
  }
  return {
    url: urlAt(port),
    kind: "private",
    socketPath: folder.socket ?? undefined,
    get pid() {
      return child?.pid;
    },
    async kill(name) {
      const pid = child?.pid;
      if (pid === undefined) return;
      expected = true;
      signal(pid, name);
      if (name === "SIGKILL") await endProcess(pid, () => !ended());
    },
    async restart() {
      const pid = child?.pid;
      expected = true;
      if (pid !== undefined) await endProcess(pid, () => !ended());
      await launch();
    },
    onUnexpectedEnd(listener) {
      listeners.push(listener);
    },
    async stop() {
      const pid = child?.pid;
      expected = true;
      if (pid !== undefined) await endProcess(pid, () => !ended());
      await rm(folder.state_file, { force: true });
    },
  };
}

/** Stops the server that an earlier run left behind, known by its pid and its data folder. */
async function clearLeftovers(folder: DataFolder, log: (line: string) => void): Promise<void> {
  let state: ServerState;
  try {
    state = JSON.parse(await readFile(folder.state_file, "utf8")) as ServerState;
  } catch {
    return;
  }
  const command = await commandOf(state.pid);
  // Pids are used again: only a server on this very folder is ours.
  if (command?.includes(folder.data)) {
    if (state.owner_pid !== process.pid && isRunning(state.owner_pid)) {
      throw new Error(`Process ${state.owner_pid} is using the database in ${folder.data}.`);
    }
    log("stopping the server that an earlier run left behind");
    await endProcess(state.pid, () => isRunning(state.pid));
  }
  await rm(folder.state_file, { force: true });
}
