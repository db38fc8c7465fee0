import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sql, type SQL } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { signUp } from "../../testing/api.ts";
import { healAfterEach, mysqlFails } from "../../testing/faults.ts";
import { jobContext, withNewDeadline, type Context } from "../context.ts";
import { withTransaction } from "./database.ts";
import { databaseFaultIn } from "./faults.ts";

healAfterEach();

const newWork = () => jobContext(env, createExecutionContext(), "test");
const trips = (ctx: Context) => ctx.log.counts.mysql?.calls;

/** What became of a statement, and how many trips it took. */
async function attempt(
  ctx: Context,
  statement: SQL,
): Promise<[outcome: unknown, trips: number | undefined]> {
  const outcome = await ctx.db.execute(statement).then(
    ({ rows }) => rows,
    (error: unknown) => databaseFaultIn(error)?.kind,
  );
  return [outcome, trips(ctx)];
}

const reading = sql`select 7 as n /* retried */`;

describe("a statement that MySQL does not answer", () => {
  it.each(["refused", "cut_off", "server_error", "html"])(
    "is tried twice more where it only reads: %s",
    async (mode) => {
      await mysqlFails({ mode, match: "retried" });
      expect(await attempt(newWork(), reading)).toEqual(["unavailable", 3]);
      await mysqlFails({ mode, match: "retried", times: 2 });
      expect(await attempt(newWork(), reading)).toEqual([[{ n: 7 }], 3]);
      expect(await attempt(newWork(), reading)).toEqual([[{ n: 7 }], 1]);
    },
  );

  it("is not tried again where MySQL asks for patience, or has understood and says no", async () => {
    await mysqlFails({ mode: "too_many", match: "retried" });
    expect(await attempt(newWork(), reading)).toEqual(["unavailable", 1]);
    const nowhere = sql`select * from a_table_that_is_not_there`;
    expect(await attempt(newWork(), nowhere)).toEqual(["refused", 1]);
  });

  it.each([
    ["writes", sql`insert into users (id) values ('retried')`],
    ["changes", sql`update users set locale = 'fr' where id = 'retried'`],
    ["deletes", sql`delete from users where id = 'retried'`],
    ["locks", sql`select id from users where id = 'retried' for update`],
  ])("is never tried again where it %s", async (_does, statement) => {
    await mysqlFails({ mode: "refused", match: "retried" });
    expect(await attempt(newWork(), statement)).toEqual(["unavailable", 1]);
  });

  it("has changed once what it changed, also where the answer got lost", async () => {
    const ada = await signUp();
    const longer = sql`update users set display_name = concat(display_name, '!') where id = ${ada.id}`;
    await mysqlFails({ mode: "lost", match: "display_name, '!'" });
    expect(await attempt(newWork(), longer)).toEqual(["unavailable", 1]);
    const name = sql`select display_name from users where id = ${ada.id}`;
    expect(await attempt(newWork(), name)).toEqual([[{ display_name: "Ada!" }], 1]);
  });

  it("is not tried again inside a transaction: what was done before it may be gone", async () => {
    await mysqlFails({ mode: "refused", match: "retried" });
    const ctx = newWork();
    const ended = await withTransaction(ctx, async (tx) => await tx.db.execute(reading)).catch(
      (error: unknown) => databaseFaultIn(error)?.kind,
    );
    // BEGIN, the reading, ROLLBACK.
    expect([ended, trips(ctx)]).toEqual(["unavailable", 3]);
  });

  it("is not tried again once nobody waits for it any more", async () => {
    await mysqlFails({ mode: "refused", match: "retried" });
    expect(await attempt(withNewDeadline(newWork(), 40), reading)).toEqual(["unavailable", 1]);
    await mysqlFails({ mode: "hung", match: "retried" });
    expect(await attempt(withNewDeadline(newWork(), 100), reading)).toEqual(["unavailable", 1]);
  });
});
