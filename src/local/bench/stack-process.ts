import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../ports.ts";
import { startStack, type Stack } from "../stack.ts";
import { startMailSink } from "./mail-sink.ts";
import { CHEAP_SCRYPT } from "./seed.ts";

/** What the stack's process tells the bench. */
export type StackMessage =
  | { type: "step"; words: string }
  | {
      type: "ready";
      url: string;
      planetscale_url: string;
      database_url: string;
      mail_host: string;
      inspector_port: number | null;
      log_file: string;
    }
  | { type: "failed"; words: string };

/** The same Worker, with boards that let themselves be measured. */
const MEASURED = join(import.meta.dirname, "../../testing/measured/worker.ts");

/** Runs in a process of its own, so that the load generator's CPU time can be told from the stack's. */
async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "focus-bench-"));
  let stack: Stack | null = null;
  const asked = new Promise<void>((resolve) => {
    process.once("message", () => resolve());
    process.once("disconnect", () => resolve());
  });
  // Ctrl-C reaches this process too, but the bench decides when the stack ends.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);
  const sink = await startMailSink();
  try {
    const port = await freePort();
    const inspector_port = process.argv[2] === "measured" ? await freePort() : null;
    stack = await startStack({
      folder,
      port,
      mail_port: 0,
      bindings: {
        ENVIRONMENT: "bench",
        // Signing hundreds of people in is no part of what is measured; a login brings its own cost.
        SCRYPT_COST: String(CHEAP_SCRYPT),
        // A floor under the answer's time would hide what a login costs.
        AUTH_FLOOR_MS: "0",
        // Keeping a hundred thousand mails is no part of what is measured either.
        POSTMARK_HOST: sink.host,
      },
      ...(inspector_port !== null && { inspector_port, script: MEASURED }),
      log: (words) => tell({ type: "step", words }),
    });
    const planetscale_url = stack.planetscale.url;
    const database_url = stack.database.url;
    const log_file = join(folder, "worker.log");
    const mail_host = sink.host;
    const { url } = stack.worker;
    const found = { url, planetscale_url, database_url, mail_host, inspector_port, log_file };
    tell({ type: "ready", ...found });
    await asked;
  } catch (error) {
    tell({ type: "failed", words: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  } finally {
    await stack?.stop();
    await sink.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function tell(message: StackMessage): void {
  if (process.connected) process.send?.(message);
}

if (import.meta.main) {
  await run();
  process.exit();
}
