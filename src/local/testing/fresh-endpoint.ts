import { randomBytes } from "node:crypto";
import { Client } from "@planetscale/database";
import type { Connection } from "mariadb";
import { createConnection } from "mariadb";
import { drizzle } from "drizzle-orm/planetscale-serverless";
import { inject } from "vitest";
import { serverOptions } from "../server-settings.ts";
import type { PlanetScaleEndpoint, PlanetScaleOptions } from "../planetscale/endpoint.ts";
import { startPlanetScale } from "../planetscale/endpoint.ts";

/** An endpoint in front of an empty database of its own, and the unmodified clients on it. */
export interface FreshEndpoint {
  endpoint: PlanetScaleEndpoint;
  /** The unmodified driver. */
  client: Client;
  db: ReturnType<typeof drizzle<Record<string, never>, Client>>;
  /** A connection past the endpoint, to look at what really happened. */
  direct: Connection;
  name: string;
  /** The server behind, without the name of this database. */
  serverUrl: string;
  stop(): Promise<void>;
}

/** Makes a database, starts an endpoint on it and connects the unmodified driver and drizzle. */
export async function freshEndpoint(
  options: Partial<PlanetScaleOptions> = {},
): Promise<FreshEndpoint> {
  const server = inject("localDatabaseUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  const direct = await createConnection(serverOptions(server));
  await direct.query(`CREATE DATABASE ${name}`);
  await direct.query(`USE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const endpoint = await startPlanetScale({ databaseUrl: url.href, ...options });
  const client = new Client({ url: endpoint.url });
  return {
    endpoint,
    client,
    db: drizzle(client),
    direct,
    name,
    serverUrl: server,
    async stop() {
      await endpoint.stop();
      await direct.query(`DROP DATABASE ${name}`);
      await direct.end();
    },
  };
}
