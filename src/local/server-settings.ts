import type { ConnectionConfig } from "mariadb";

/** MySQL 8's own sql_mode, which is PlanetScale's. */
export const SQL_MODE =
  "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/** The collation of new databases: PlanetScale's, or what MariaDB has that is nearest to it. */
export function collationFor(flavour: "mysql" | "mariadb"): string {
  return flavour === "mariadb" ? "utf8mb4_unicode_520_ci" : "utf8mb4_0900_ai_ci";
}

/** What the connector needs to know of a server, from its `mysql://user:password@host:port/name` URL. */
export function serverOptions(url: string): ConnectionConfig {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...(pathname.length > 1 && { database: decodeURIComponent(pathname.slice(1)) }),
    connectTimeout: 2000,
    allowPublicKeyRetrieval: true,
  };
}
