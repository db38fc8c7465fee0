import { Buffer } from "node:buffer";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ServerBinary } from "./server-binary.ts";

const run = promisify(execFile);

/** What a private server keeps between runs, all in one folder that only its owner may enter. */
export interface DataFolder {
  /** The server's own data. MySQL and MariaDB cannot read each other's, so each has its own. */
  data: string;
  /** For its temporary tables: a server that starts deletes those of whoever else has them there. */
  scratch: string;
  /** The server's Unix socket, or null where the path is longer than the system allows. */
  socket: string | null;
  /** Statements the server runs at each start: the database and the account that uses it. */
  init_file: string;
  log_file: string;
  /** Which process owns which server on which port. */
  state_file: string;
  /** Of the account `focus`, which reaches the server from this machine alone. */
  password: string;
}

/** The database that a private server has. */
export const DATABASE_NAME = "focus";
/** The account that uses it. */
export const DATABASE_USER = "focus";

/** Of the server's socket, in its data folder. */
export const SOCKET_NAME = "server.sock";
// 107 bytes on Linux, 103 on macOS.
const LONGEST_SOCKET_PATH = 103;

/** Makes the folder ready for this server: fills the data folder if it is new. Takes a second or two then. */
export async function prepareFolder(
  folder: string,
  binary: ServerBinary,
  log: (line: string) => void,
): Promise<DataFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const data = join(folder, `data-${binary.flavour}`);
  if (!(await exists(data))) {
    log("preparing a new data folder");
    // Filled under another name: a start that was broken off leaves no half of a data folder.
    const fresh = `${data}.new`;
    await rm(fresh, { recursive: true, force: true });
    await fillDataFolder(fresh, binary);
    await rename(fresh, data);
  }
  const scratch = join(folder, "scratch");
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const password = await keepPassword(join(folder, "password"));
  const initFile = join(folder, "init.sql");
  await writeFile(initFile, initStatements(password), { mode: 0o600 });
  const socket = join(data, SOCKET_NAME);
  return {
    data,
    scratch,
    socket: Buffer.byteLength(socket) <= LONGEST_SOCKET_PATH ? socket : null,
    init_file: initFile,
    log_file: join(folder, "server.log"),
    state_file: join(folder, "server.json"),
    password,
  };
}

async function fillDataFolder(folder: string, binary: ServerBinary): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const [program, args] =
    binary.installer === null
      ? [binary.path, ["--no-defaults", "--initialize-insecure"]]
      : [
          binary.installer,
          ["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"],
        ];
  try {
    await run(program, [...args, ...asThisUser(), `--datadir=${folder}`], { maxBuffer: 2 ** 24 });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    const words = `${stdout}\n${stderr}`.trim().split("\n").slice(-8).join("\n");
    throw new Error(`${program} could not make a data folder:\n${words || String(error)}`, {
      cause: error,
    });
  }
}

/** Servers refuse to run as root unless that is said. */
export function asThisUser(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}

async function keepPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    const password = randomBytes(16).toString("hex");
    await writeFile(path, password, { mode: 0o600 });
    return password;
  }
}

// One statement a line: that is how servers read such a file.
function initStatements(password: string): string {
  // Over TCP and over the socket it is, to the server, a different account.
  const accounts = ["127.0.0.1", "localhost"].map((host) => `'${DATABASE_USER}'@'${host}'`);
  return [
    `CREATE DATABASE IF NOT EXISTS \`${DATABASE_NAME}\`;`,
    ...accounts.flatMap((account) => [
      `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO ${account};`,
    ]),
    "",
  ].join("\n");
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
