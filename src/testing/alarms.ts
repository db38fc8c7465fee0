import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { clock } from "../platform/clock.ts";
import { until } from "./until.ts";

/**
 * Has an object do what is due by the clock, and what follows from it at the same instant. Its own
 * alarm may be at it already: then that is waited for. What fails is not waited for: it is due later.
 */
export async function doWhatIsDue<T extends Rpc.DurableObjectBranded | undefined>(
  stub: DurableObjectStub<T>,
): Promise<void> {
  await until("the object has done what is due", async () => {
    await runDurableObjectAlarm(stub);
    return await runInDurableObject(
      stub as never,
      (_object, { storage: { sql } }: DurableObjectState) => !isBusy(sql),
    );
  });
}

function isBusy(sql: SqlStorage): boolean {
  const tables = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'jobs'").toArray();
  // An object whose life is over has no table left.
  if (tables.length === 0) return false;
  const busy = "SELECT 1 FROM jobs WHERE leased = 1 OR due_at <= ? LIMIT 1";
  return sql.exec(busy, clock.now()).toArray().length > 0;
}
