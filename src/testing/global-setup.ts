import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mariadb";
import type { TestProject } from "vitest/node";
import { migrate } from "../local/migrate.ts";
import { startMailCatcher } from "../local/postmark/mail-catcher.ts";
import { startPlanetScale } from "../local/planetscale/endpoint.ts";
import { startDatabase } from "../local/private-database.ts";
import { serverOptions } from "../local/server-settings.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The PlanetScale endpoint that the Worker under test uses. */
    planetscaleUrl: string;
    /** Host and port of the Postmark stand-in, and its address. */
    mailHost: string;
    mailUrl: string;
    /** The server behind, for tests that make databases of their own. */
    localDatabaseUrl: string;
  }
}

/** Real parts for each of the rooms: a database (private, or on DATABASE_URL's server), the endpoint, the mail catcher. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "focus-test-"));
  const given = process.env["DATABASE_URL"];
  const database = await startDatabase({
    folder,
    log: () => undefined,
    durable: false,
    ...(given ? { url: databaseOf(given, project.name) } : {}),
  });
  const planetscale = await startPlanetScale({
    databaseUrl: database.url,
    socketPath: database.socketPath,
  });
  await migrate(planetscale.url);
  const mail = await startMailCatcher({ port: 0, token: "test-token" });
  project.provide("localDatabaseUrl", database.url);
  project.provide("planetscaleUrl", planetscale.url);
  project.provide("mailHost", `127.0.0.1:${mail.port}`);
  project.provide("mailUrl", mail.url);
  return async () => {
    await mail.stop();
    await planetscale.stop();
    if (database.kind === "given") await drop(database.url);
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** A database for one run of a room: rooms run at once, and what a run before left would be in the way. */
function databaseOf(url: string, room: string): string {
  const own = new URL(url);
  own.pathname = `${own.pathname.length > 1 ? own.pathname : "/focus"}_${room}_${randomBytes(4).toString("hex")}`;
  return own.href;
}

async function drop(url: string): Promise<void> {
  const options = serverOptions(url);
  const connection = await createConnection(options);
  await connection.query(`DROP DATABASE ${connection.escapeId(options.database ?? "")}`);
  await connection.end();
}
