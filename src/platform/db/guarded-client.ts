import { Client, type Config } from "@planetscale/database";
import { cast } from "./cast.ts";
import { toDatabaseFault } from "./faults.ts";

/**
 * The driver's client with its errors made safe to pass on, and with a transaction that reports
 * the first error: the driver's own lets a failing ROLLBACK hide the cause.
 */
export function guardedClient(config: Config): Client {
  const client = new Client({ cast, ...config });
  client.execute = guarded(client.execute.bind(client));
  client.transaction = async (work) => {
    const connection = client.connection();
    connection.execute = guarded(connection.execute.bind(connection));
    await connection.execute("BEGIN");
    try {
      // The driver's transaction object is nothing but a connection seen from its `execute`.
      const result = await work(connection as unknown as Parameters<typeof work>[0]);
      await connection.execute("COMMIT");
      return result;
    } catch (error) {
      // A session that cannot roll back is dropped by the server after 20 s; the cause matters more.
      await connection.execute("ROLLBACK").catch(() => undefined);
      throw error;
    }
  };
  return client;
}

function guarded<F extends (...args: never[]) => Promise<unknown>>(work: F): F {
  const safe = async (...args: Parameters<F>): Promise<unknown> => {
    try {
      return await work(...args);
    } catch (error) {
      throw toDatabaseFault(error);
    }
  };
  return safe as F;
}
