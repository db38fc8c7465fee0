import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../ports.ts";
import { startStack, type Stack } from "../stack.ts";

/** What the stack's process tells the bench. */
export type StackMessage =
  | { type: "step"; words: string }
  | {
      type: "ready";
      url: string;
      planetscale_url: string;
      /** The variables and secrets that make tokens. */
      settings: Record<string, string>;
      folder: string;
    }
  | { type: "failed"; words: string };

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
  try {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const settings = {
      ENVIRONMENT: "bench",
      PUBLIC_URL: url,
      APP_URL: `${url}/app`,
      CORS_ORIGINS: url,
      MAIL_FROM: "Focus <focus@example.com>",
      JWT_SECRET: randomBytes(32).toString("base64url"),
      // A floor under the answer's time would hide what a login costs.
      AUTH_FLOOR_MS: "0",
    };
    stack = await startStack({
      folder,
      port,
      mail_port: 0,
      bindings: settings,
      log: (words) => tell({ type: "step", words }),
    });
    const planetscale_url = stack.planetscale.url;
    tell({ type: "ready", url, planetscale_url, settings, folder });
    await asked;
  } catch (error) {
    tell({ type: "failed", words: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  } finally {
    await stack?.stop();
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
