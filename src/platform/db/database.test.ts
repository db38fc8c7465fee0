import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { signUp, type TestUser } from "../../testing/api.ts";
import { healAfterEach, mysqlFails } from "../../testing/faults.ts";
import { jobContext, type Context } from "../context.ts";
import { withTransaction } from "./database.ts";
import { databaseFaultIn } from "./faults.ts";

healAfterEach();

const newWork = () => jobContext(env, createExecutionContext(), "test");

/** Makes a person's name longer by "?", then by "!", in one transaction; counts its tries. */
function renaming(ada: TestUser) {
  const counted = { tries: 0 };
  const append = async (tx: Context, end: string) =>
    await tx.db.execute(
      sql`update users set display_name = concat(display_name, ${end}) where id = ${ada.id}`,
    );
  const run = async (work: (ctx: Context) => Promise<unknown>) =>
    await withTransaction(newWork(), work).then(
      () => "done",
      (error: unknown) => databaseFaultIn(error) ?? error,
    );
  return {
    counted,
    once: async () =>
      await run(async (tx) => {
        counted.tries += 1;
        await append(tx, "?");
        await append(tx, "!");
      }),
    /** The same by a use case that calls another one, each with a transaction of its own. */
    nested: async () =>
      await run(async (tx) => {
        await append(tx, "?");
        await withTransaction(tx, async (inner) => {
          counted.tries += 1;
          await append(inner, "!");
        });
      }),
  };
}

async function nameOf(ada: TestUser): Promise<unknown> {
  const { rows } = await newWork().db.execute(
    sql`select display_name from users where id = ${ada.id}`,
  );
  return (rows[0] as { display_name: string }).display_name;
}

describe("a transaction", () => {
  it.each([
    ["deadlock", 1213],
    ["lock_wait", 1205],
  ])("that loses three times is given up, and nothing of it is done: %s", async (mode, errno) => {
    const ada = await signUp();
    const { once, counted } = renaming(ada);
    await mysqlFails({ mode, match: "display_name, '!'" });
    expect(await once()).toMatchObject({ kind: "contention", errno });
    expect([counted.tries, await nameOf(ada)]).toEqual([3, "Ada"]);
  });

  it("that loses twice is done at its third try, once", async () => {
    const ada = await signUp();
    const { once, counted } = renaming(ada);
    await mysqlFails({ mode: "deadlock", match: "display_name, '!'", times: 2 });
    expect(await once()).toBe("done");
    expect([counted.tries, await nameOf(ada)]).toEqual([3, "Ada?!"]);
  });

  it("inside another belongs to it: the two are tried three times, and not nine", async () => {
    const ada = await signUp();
    const { nested, counted } = renaming(ada);
    await mysqlFails({ mode: "deadlock", match: "display_name, '!'" });
    expect(await nested()).toMatchObject({ kind: "contention", errno: 1213 });
    expect([counted.tries, await nameOf(ada)]).toEqual([3, "Ada"]);
  });

  it.each(["refused", "server_error", "lost"])(
    "is not tried again for any other failure, and nothing of it is done: %s",
    async (mode) => {
      const ada = await signUp();
      const { once, counted } = renaming(ada);
      await mysqlFails({ mode, match: "display_name, '!'" });
      expect(await once()).toMatchObject({ kind: "unavailable" });
      expect([counted.tries, await nameOf(ada)]).toEqual([1, "Ada"]);
    },
  );

  it("is not tried again when the answer to its COMMIT got lost: it may have been done", async () => {
    const ada = await signUp();
    const { once, counted } = renaming(ada);
    // As often as it is asked: somebody else's COMMIT in the background may come first.
    await mysqlFails({ mode: "lost", match: "^commit" });
    expect(await once()).toMatchObject({ kind: "unavailable" });
    await mysqlFails();
    expect([counted.tries, await nameOf(ada)]).toEqual([1, "Ada?!"]);
  });
});
