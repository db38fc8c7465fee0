import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { createConnection } from "mariadb";
import { collationFor, serverOptions, SQL_MODE } from "../server-settings.ts";
import type { DataFolder } from "./data-folder.ts";
import { asThisUser, SOCKET_NAME } from "./data-folder.ts";
import type { ServerBinary } from "./server-binary.ts";

/** How a server is started. */
export interface ServerLaunch {
  binary: ServerBinary;
  folder: DataFolder;
  port: number;
  /** False trades what a crash would keep for speed: fit for tests alone. */
  durable: boolean;
  /** To try whether it answers. */
  url: string;
}

const START_MS = 60_000;

/**
 * Starts the server and waits until it answers. It runs in a session of its own: a Ctrl-C in the
 * terminal must not reach it before those who use it have stopped. Raises an Error with the last
 * lines of its log when it ends or stays silent instead.
 */
export async function launchServer(launch: ServerLaunch): Promise<ChildProcess> {
  const log = await open(launch.folder.log_file, "w");
  const child = spawn(launch.binary.path, serverArguments(launch), {
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  await log.close();
  let failed: Error | null = null;
  child.once("error", (error) => {
    failed = error;
  });
  const giveUp = Date.now() + START_MS;
  while (failed === null && child.exitCode === null && child.signalCode === null) {
    if (await answers(launch.url)) {
      child.unref();
      return child;
    }
    if (Date.now() > giveUp) {
      child.kill("SIGKILL");
      break;
    }
    await delay(25);
  }
  const lines = (await readFile(launch.folder.log_file, "utf8")).trim().split("\n");
  throw new Error(`The database server did not start:\n${lines.slice(-8).join("\n")}`, {
    cause: failed,
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    const connection = await createConnection(serverOptions(url));
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

// Options that only one of the two servers knows begin with --loose-, which the other passes over.
function serverArguments({ binary, folder, port, durable }: ServerLaunch): string[] {
  return [
    "--no-defaults",
    ...asThisUser(),
    `--datadir=${folder.data}`,
    `--tmpdir=${folder.scratch}`,
    `--init-file=${folder.init_file}`,
    "--bind-address=127.0.0.1",
    `--port=${port}`,
    // Relative to the data folder: the full path may be too long for a socket.
    `--socket=${SOCKET_NAME}`,
    "--pid-file=server.pid",
    "--default-time-zone=+00:00",
    "--character-set-server=utf8mb4",
    `--collation-server=${collationFor(binary.flavour)}`,
    `--sql-mode=${SQL_MODE}`,
    "--skip-name-resolve",
    "--skip-log-bin",
    "--loose-mysqlx=OFF",
    "--performance-schema=OFF",
    "--max-connections=200",
    "--max-allowed-packet=64M",
    "--innodb-buffer-pool-size=128M",
    "--loose-innodb-log-file-size=48M",
    "--loose-innodb-redo-log-capacity=64M",
    ...(durable
      ? []
      : [
          "--innodb-flush-log-at-trx-commit=0",
          "--innodb-flush-method=nosync",
          "--loose-innodb-doublewrite=0",
          "--innodb-fast-shutdown=2",
        ]),
  ];
}
