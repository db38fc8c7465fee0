import { Client, type Config } from "@planetscale/database";
import { cast } from "./cast.ts";
import { toDatabaseFault } from "./faults.ts";

/** The pauses before a ROLLBACK that failed is tried again, in ms: after 20 s the server drops the session itself. */
const ROLLBACK_PAUSES_MS = [250, 500, 750, 1_000, ...Array<number>(11).fill(1_500)];

/**
 * The driver's client with its errors made safe to pass on, and with a transaction that reports
 * the first error: the driver's own lets a failing ROLLBACK hide the cause. One that fails is tried
 * again behind the answer (`afterwards`), since its locks would keep the caller's next try waiting.
 */
export function guardedClient(
  config: Config,
  afterwards: (event: string, work: Promise<unknown>) => void,
): Client {
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
      const rollBack = async () => await connection.execute("ROLLBACK");
      // The cause matters more, and is what the caller hears.
      await rollBack().catch(() => afterwards("rollback_failed", insist(rollBack)));
      throw error;
    }
  };
  return client;
}

async function insist(rollBack: () => Promise<unknown>): Promise<void> {
  for (const [tries, pause] of ROLLBACK_PAUSES_MS.entries()) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      await rollBack();
      return;
    } catch (error) {
      if (tries === ROLLBACK_PAUSES_MS.length - 1) throw error;
    }
  }
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
