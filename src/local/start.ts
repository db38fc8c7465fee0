import { createServer } from "node:net";
import { join, relative } from "node:path";
import { announceStack, findRunningStack, LOCAL_FOLDER, withdrawStack } from "./running-stack.ts";
import type { Stack } from "./stack.ts";

/** A reason not to start that the reader can mend; shown without a stack trace. */
class StartError extends Error {}

let stack: Stack | null = null;
let stopping: Promise<void> | null = null;

function say(line: string): void {
  if (stopping !== null) return;
  // Counted from the start of the process.
  const seconds = (performance.now() / 1000).toFixed(1).padStart(5);
  for (const part of line.split("\n")) console.log(`${seconds} s  ${part}`);
}

/** A port from the environment, which must be free. */
async function readPort(name: string, usual: number): Promise<number> {
  const text = process.env[name];
  const port = text === undefined || text === "" ? usual : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartError(`${name} must be a port from 1 to 65535, not "${text}".`);
  }
  const taken = await new Promise<string | null>((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(null)));
  });
  if (taken === "EACCES") throw new StartError(`Port ${port} needs more rights: set ${name}.`);
  if (taken !== null) {
    throw new StartError(
      `Port ${port} is taken by another program: stop that, or choose another with ${name}=${port + 1} npm start`,
    );
  }
  return port;
}

async function start(): Promise<void> {
  const running = await findRunningStack();
  if (running !== null) {
    throw new StartError(`The stack runs already (process ${running.pid}): ${running.api_url}`);
  }
  const port = await readPort("PORT", 8787);
  const mailPort = await readPort("MAIL_PORT", 8025);
  say("loading");
  // Takes a second or more: what can be refused is refused before it.
  const { startStack } = await import("./stack.ts");
  stack = await startStack({
    folder: LOCAL_FOLDER,
    port,
    mail_port: mailPort,
    database_url: process.env["DATABASE_URL"],
    log: say,
  });
  if (stopping !== null) return;
  const { api_url, mail_url, docs_url, planetscale } = stack;
  await announceStack(LOCAL_FOLDER, {
    pid: process.pid,
    api_url,
    mail_url,
    docs_url,
    planetscale_url: planetscale.url,
  });
  const folder = relative(process.cwd(), LOCAL_FOLDER) || ".";
  console.log(`
  API      ${api_url}/api
  Docs     ${docs_url}   (Swagger UI; ReDoc: ${api_url}/redoc)
  Health   ${api_url}/api/health
  Mails    ${mail_url}

  Data is kept in ${folder}/, the Worker's log lines go to ${join(folder, "worker.log")}.
  In a second terminal:  npm run demo                    some phones join a challenge
                         npm run admin -- grant <email>  makes an admin
  Ctrl-C ends everything.
`);
}

// npm hands a Ctrl-C on that the terminal has already delivered: the second one changes nothing.
function stop(): void {
  if (stopping !== null) return;
  console.log("\nstopping");
  stopping = (async () => {
    await beginning.catch(() => undefined);
    await stack?.stop();
    await withdrawStack(LOCAL_FOLDER);
    console.log("stopped");
    process.exit(0);
  })();
  stopping.catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);

// The shell between npm and this process passes no signal on: when npm is told to end, only the
// shell dies of it.
if (process.env["npm_lifecycle_event"] !== undefined) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 500).unref();
}

const beginning = start();
beginning.catch((error: unknown) => {
  if (stopping !== null) return;
  console.error(error instanceof Error ? `\n${error.message}` : error);
  process.exit(1);
});
