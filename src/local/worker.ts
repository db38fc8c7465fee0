import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { childrenOf, endProcess, isRunning, signal } from "./processes.ts";
import { freePort } from "./ports.ts";
import type { BuiltWorker } from "./worker/build.ts";
import { workerOptions } from "./worker/options.ts";

export type { BuiltWorker } from "./worker/build.ts";
export { buildWorker } from "./worker/build.ts";

export interface WorkerStart {
  built: BuiltWorker;
  /** Where objects, files and queues outlive the process. */
  persist: string;
  port: number;
  /** Variables and secrets, in place of those that wrangler.toml or .dev.vars name. */
  bindings: Record<string, string>;
  /** An environment of wrangler.toml; the top level when left out. */
  env?: string;
  /** Origins on this machine that the Worker calls often: those calls then skip the simulator. */
  neighbours?: readonly string[];
  /** Whether objects can be evicted from outside (see entry-shim.ts); for tests. */
  can_evict?: boolean;
  /** Takes what the Worker writes to its console, one line each, from this start on; else dropped. */
  logFile?: string;
  /** Where workerd answers to a debugger; nowhere when left out. */
  inspectorPort?: number;
  /** What the operator should know: that workerd died, that it is back. */
  log?: (line: string) => void;
}

export interface RunningWorker {
  /** `http://127.0.0.1:port` */
  url: string;
  /** workerd's process; another one after each crash. */
  readonly pid: Promise<number | undefined>;
  /** Sends workerd a signal, for fault tests. One that ends it is answered by a restart. */
  kill(name: NodeJS.Signals): Promise<void>;
  /** Resolves when workerd answers again after the last `kill` that ended it. */
  restarted(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs a built Worker in workerd. Its bindings are those of wrangler.toml, with their state under
 * `persist`; WebSockets and `GET /cdn-cgi/handler/scheduled?cron=…&time=…` work on the same port.
 * When workerd dies, it is started again with the state that is on disk. Raises an Error when the
 * port is taken or the Worker does not start.
 */
export async function startWorker(start: WorkerStart): Promise<RunningWorker> {
  const { built, persist, port, log = () => undefined } = start;
  let stopping = false;
  let onRestart = Promise.withResolvers<void>();
  let back: Promise<void> = Promise.resolve();
  const output = openLog(start.logFile);
  const entryPort = await freePort();
  const workers = await workerOptions(built, {
    port,
    bindings: start.bindings,
    env: start.env,
    neighbours: start.neighbours ?? [],
    can_evict: start.can_evict ?? false,
  });
  const listenersBefore = signalListeners();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers,
      host: "127.0.0.1",
      port: entryPort,
      resourcePersistencePath: persist,
      // Would be asked of Cloudflare over the network.
      cf: false,
      ...(start.inspectorPort !== undefined && { inspectorPort: start.inspectorPort }),
      logRequests: false,
      telemetry: { enabled: false },
      log: new OperatorLog((line) => {
        if (!stopping) log(line);
      }),
      handleStructuredLogs: ({ timestamp, level, message }) =>
        output.write(logLine(timestamp, level, message)),
      unsafeHandleRuntimeRestart: () => {
        if (stopping) return;
        log("workerd runs again");
        onRestart.resolve();
        onRestart = Promise.withResolvers();
      },
    }),
  );
  // Miniflare's would end the process at once, before the rest of the stack has stopped.
  removeNewListeners(listenersBefore);
  const stop = async (): Promise<void> => {
    stopping = true;
    await miniflare.dispose();
    output.end();
  };
  try {
    await miniflare.ready;
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  const findPid = async (): Promise<number | undefined> => {
    const children = await childrenOf(process.pid);
    return children.find(({ command }) => command.includes(`entry=127.0.0.1:${entryPort} `))?.pid;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return findPid();
    },
    async kill(name) {
      const pid = await findPid();
      if (pid === undefined) return;
      back = onRestart.promise;
      signal(pid, name);
      if (name === "SIGKILL") await endProcess(pid, () => isRunning(pid));
    },
    restarted: () => back,
    stop,
  };
}

/** Miniflare's words for the operator, without its colours and its requests. */
class OperatorLog extends Log {
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    super(LogLevel.WARN);
    this.#write = write;
  }

  protected override log(message: string): void {
    this.#write(stripVTControlCharacters(message));
  }
}

interface LineSink {
  write(line: string): void;
  end(): void;
}

function openLog(file: string | undefined): LineSink {
  if (file === undefined) return { write: () => undefined, end: () => undefined };
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  return { write: (line) => stream.write(line), end: () => stream.end() };
}

/** Log lines of the Worker are JSON already; everything else is wrapped, so that each line is JSON. */
function logLine(timestamp: number, level: string, message: string): string {
  if (message.startsWith('{"')) return `${message}\n`;
  return `${JSON.stringify({ time: new Date(timestamp).toISOString(), level, message })}\n`;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Listeners = Map<(typeof SIGNALS)[number], Set<unknown>>;

function signalListeners(): Listeners {
  return new Map(SIGNALS.map((name) => [name, new Set<unknown>(process.listeners(name))]));
}

function removeNewListeners(before: Listeners): void {
  for (const name of SIGNALS) {
    for (const listener of process.listeners(name)) {
      if (!before.get(name)?.has(listener)) process.removeListener(name, listener);
    }
  }
}
