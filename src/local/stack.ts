import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { migrate } from "./migrate.ts";
import type { PlanetScaleEndpoint } from "./planetscale/endpoint.ts";
import { startPlanetScale } from "./planetscale/endpoint.ts";
import type { MailCatcher } from "./postmark/mail-catcher.ts";
import { startMailCatcher } from "./postmark/mail-catcher.ts";
import type { Database } from "./private-database.ts";
import { startDatabase } from "./private-database.ts";
import { keepSecrets } from "./secrets.ts";
import type { RunningWorker } from "./worker.ts";
import { buildWorker } from "./worker/build.ts";

export interface StackOptions {
  /** Everything that outlives the process is in here. */
  folder: string;
  /** Of the API. */
  port: number;
  /** Of the mail catcher; 0 takes a free one. */
  mail_port: number;
  /** A MySQL or MariaDB server to use instead of a private one. */
  database_url?: string | undefined;
  /** Variables of the Worker, in place of the stack's own. */
  bindings?: Record<string, string>;
  /** A Worker to run in place of the API's own; its file is called `worker.ts` too. */
  script?: string;
  /** Where workerd answers to a debugger; nowhere when left out. */
  inspector_port?: number;
  /** False: faster, but a crash may lose data. For tests. */
  durable?: boolean;
  /** Whether objects can be evicted from outside; for tests. */
  can_evict?: boolean;
  /** Told of each step as it is taken, and of a part that dies. */
  log: (line: string) => void;
}

export interface Stack {
  api_url: string;
  mail_url: string;
  docs_url: string;
  planetscale: PlanetScaleEndpoint;
  mail: MailCatcher;
  database: Database;
  worker: RunningWorker;
  /** Ends everything that was started, the Worker first. */
  stop(): Promise<void>;
}

/**
 * Starts the whole backend on this machine: database, PlanetScale endpoint (migrated), mail catcher,
 * Worker. Raises the error of the step that failed, with what had been started stopped again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, port, log, durable = true } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const part of stops.splice(0).reverse()) await part();
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const secrets = await keepSecrets(join(folder, "secrets.json"));
    // Needs no other part and takes the longest: it runs while the others start.
    log("building the Worker");
    const building = Promise.all([
      buildWorker({ outdir: join(folder, "worker"), script: options.script }),
      import("./worker.ts"),
    ]);
    building.catch(() => undefined);

    log(options.database_url ? "connecting to DATABASE_URL" : "starting a private database");
    const database = await startDatabase({
      folder: join(folder, "database"),
      log,
      durable,
      ...(options.database_url !== undefined && { url: options.database_url }),
    });
    stops.push(() => database.stop());
    database.onUnexpectedEnd((how) => log(`the database has died (${how})`));

    log("starting the PlanetScale endpoint");
    const planetscale = await startPlanetScale({
      databaseUrl: database.url,
      socketPath: database.socketPath,
      password: secrets.planetscale_password,
      log,
    });
    stops.push(() => planetscale.stop());
    log(`applied ${await migrate(planetscale.url)} new migrations`);

    log("starting the mail catcher");
    const apiUrl = `http://localhost:${port}`;
    const mail = await startMailCatcher({
      api_url: apiUrl,
      port: options.mail_port,
      folder: join(folder, "mails"),
      token: secrets.postmark_token,
      log,
    });
    stops.push(() => mail.stop());

    const [built, { startWorker }] = await building;
    log("starting the Worker in workerd");
    const mailUrl = `http://localhost:${mail.port}`;
    const worker = await startWorker({
      built,
      persist: join(folder, "state"),
      port,
      bindings: {
        PLANETSCALE_URL: planetscale.url,
        JWT_SECRET: secrets.jwt_secret,
        POSTMARK_TOKEN: secrets.postmark_token,
        POSTMARK_HOST: mail.host,
        METRICS_TOKEN: secrets.metrics_token,
        PUBLIC_URL: apiUrl,
        // No app is here: the mail catcher has pages that stand in for it.
        APP_URL: `${mailUrl}/app`,
        CORS_ORIGINS: `${mailUrl},http://localhost:3000,http://localhost:5173`,
        ...options.bindings,
      },
      neighbours: [new URL(planetscale.url).origin, mail.url],
      can_evict: options.can_evict ?? false,
      logFile: join(folder, "worker.log"),
      ...(options.inspector_port !== undefined && { inspectorPort: options.inspector_port }),
      log,
    });
    stops.push(() => worker.stop());
    return {
      api_url: apiUrl,
      mail_url: mailUrl,
      docs_url: `${apiUrl}/docs`,
      planetscale,
      mail,
      database,
      worker,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
