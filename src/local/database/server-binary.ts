import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A MySQL or MariaDB server program on this machine. */
export interface ServerBinary {
  path: string;
  flavour: "mysql" | "mariadb";
  /** MariaDB's program that fills a new data folder; MySQL's server does that itself. */
  installer: string | null;
}

// Debian keeps servers where an ordinary user's PATH does not lead.
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin"];

/** Finds `mysqld` or `mariadbd` on the PATH or in the system's folders, or null. */
export async function findServer(): Promise<ServerBinary | null> {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...MORE_FOLDERS];
  for (const name of ["mysqld", "mariadbd"]) {
    const path = await findProgram(name, folders);
    if (path === null) continue;
    const { stdout } = await run(path, ["--no-defaults", "--version"]);
    if (!/mariadb/i.test(stdout)) return { path, flavour: "mysql", installer: null };
    const near = join(dirname(path), "..");
    const installer =
      (await findProgram("mariadb-install-db", [
        join(near, "bin"),
        join(near, "scripts"),
        ...folders,
      ])) ??
      (await findProgram("mysql_install_db", [
        join(near, "bin"),
        join(near, "scripts"),
        ...folders,
      ]));
    if (installer !== null) return { path, flavour: "mariadb", installer };
  }
  return null;
}

async function findProgram(name: string, folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
