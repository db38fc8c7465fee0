import { expect, it } from "vitest";
import { withTransaction } from "../platform/db/database.ts";
import { AppError } from "../platform/errors.ts";
import { signUp } from "../testing/api.ts";
import { work } from "../testing/challenges.ts";
import { testDatabase } from "../testing/database.ts";
import { lockUnlessLastAdmin } from "./last-admin.service.ts";
import { updateUser } from "./users.store.ts";

const database = testDatabase();
const admins = async () =>
  (await database.execute("select id from users where role = 'admin' and is_active")).rows.length;

/** Takes an account's powers away as every route that does so has to; says how it ended. */
async function fell(user_id: string, changes: { role: "user" } | { is_active: false }) {
  try {
    await withTransaction(work(), async (tx) => {
      await lockUnlessLastAdmin(tx, user_id);
      await updateUser(tx, user_id, tx.clock.now(), changes);
    });
    return "done";
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

it("leaves one administrator, however many demote and deactivate each other at once", async () => {
  const people = [await signUp(), await signUp(), await signUp()];
  for (let round = 0; round < 10; round += 1) {
    const some = people.slice(0, round % 2 === 0 ? 2 : 3);
    await database.execute("update users set role = 'user' where role = 'admin'");
    await database.execute("update users set role = 'admin', is_active = true where id in (:ids)", {
      ids: some.map(({ id }) => id),
    });
    const ends = await Promise.all(
      some.map(
        async ({ id }, n) => await fell(id, n % 2 === 0 ? { role: "user" } : { is_active: false }),
      ),
    );
    expect(ends.sort()).toEqual([...Array<string>(some.length - 1).fill("done"), "last_admin"]);
    expect(await admins()).toBe(1);
  }
  await database.execute("update users set role = 'user' where role = 'admin'");
});
