import { execFile, spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);

// The server, and the client's helpers that its installer calls.
const CORE_PACKAGES = ["mariadb-server-core", "mariadb-client-core"];

/** There is no database server, and none could be had; the message names the ways out. */
export class NoDatabaseServerError extends Error {
  constructor(cause: string) {
    super(
      [
        `No MySQL or MariaDB server: ${cause}`,
        "Any one of these helps:",
        "  - install one:    sudo apt-get install mariadb-server   (macOS: brew install mariadb)",
        "  - use your own:   DATABASE_URL=mysql://user:password@127.0.0.1:3306/focus npm start",
        "  - use Docker:     docker run -d -p 3306:3306 -e MYSQL_ROOT_PASSWORD=focus mysql:8",
        "                    and then DATABASE_URL=mysql://root:focus@127.0.0.1:3306/focus npm start",
      ].join("\n"),
    );
  }
}

/**
 * Installs MariaDB where that needs no question: as root on Debian and Ubuntu. Says what it does
 * line by line. Raises NoDatabaseServerError where it cannot.
 */
export async function installServer(log: (line: string) => void): Promise<void> {
  if (process.platform !== "linux" || !(await isExecutable("/usr/bin/apt-get"))) {
    throw new NoDatabaseServerError("neither mysqld nor mariadbd is on the PATH.");
  }
  if (process.getuid?.() !== 0) {
    throw new NoDatabaseServerError("none is installed, and only root may install one.");
  }
  log("no database server found: installing MariaDB with apt-get (once, about 200 MB)");
  // The core packages have the programs alone. The whole one also sets up a system service, which
  // would start at once, take port 3306 and keep running.
  const core = await packagesAreKnown(CORE_PACKAGES, log);
  const names = core ? CORE_PACKAGES : ["mariadb-server"];
  const code = await aptGet(["install", "-y", "--no-install-recommends", ...names], log);
  if (code !== 0) {
    throw new NoDatabaseServerError(`apt-get install ${names.join(" ")} failed (${code}).`);
  }
  if (!core) await stopService(log);
}

async function packagesAreKnown(
  names: readonly string[],
  log: (line: string) => void,
): Promise<boolean> {
  const known = async (): Promise<boolean> => {
    try {
      const { stdout } = await run("apt-cache", ["policy", ...names]);
      return stdout.match(/Candidate: (?!\(none\))/g)?.length === names.length;
    } catch {
      return false;
    }
  };
  if (await known()) return true;
  await aptGet(["update"], log);
  return known();
}

/** The installation has just started this service: before it, there was no server. */
async function stopService(log: (line: string) => void): Promise<void> {
  try {
    await run("service", ["mariadb", "stop"]);
    log("stopped the system's own MariaDB service, which the package had started");
  } catch {
    // Not started: there is no service manager, or a policy forbids it.
  }
}

function aptGet(args: string[], log: (line: string) => void): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn("apt-get", args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (/^(Get:|Setting up|Unpacking|E:)/.test(line)) log(`  ${line}`);
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (/^[EW]:/.test(line)) log(`  ${line}`);
    });
    child.on("error", () => resolve(127));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
