import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { jobContext } from "../context.ts";
import { withTransaction } from "./database.ts";
import { databaseFaultIn } from "./faults.ts";
import { healAfterEach, mysqlFails } from "../../testing/faults.ts";

healAfterEach();

describe("a transaction that fails", () => {
  it.each([[], [{ mode: "rollback_fails" }]])(
    "is told by its first error, whatever becomes of its ROLLBACK",
    async (...faults) => {
      await mysqlFails(...faults);
      const ctx = jobContext(env, createExecutionContext(), "test");
      const ended = await withTransaction(ctx, async (tx) => {
        await tx.db.execute(sql`select 1 from a_table_that_is_not_there`);
        return null;
      }).catch((error: unknown) => databaseFaultIn(error));
      expect(ended).toMatchObject({ kind: "refused", errno: 1146 });
    },
  );
});
