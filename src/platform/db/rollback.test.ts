import { expect, it } from "vitest";
import { api, signUp } from "../../testing/api.ts";
import { healAfterEach, mysqlFails } from "../../testing/faults.ts";

healAfterEach();

it("a transaction whose ROLLBACK got lost lets its locks go soon after the fault's end", async () => {
  const ada = await signUp();
  const change = async () => await api(ada).put("/users/me", { timezone: "Europe/Paris" });
  await mysqlFails(
    { mode: "lock_wait", match: "^\\s*(insert|update)" },
    { mode: "hung", match: "^rollback" },
  );
  expect((await change()).status).toBe(503);
  await mysqlFails();
  const from = Date.now();
  let status = 503;
  while (status === 503) ({ status } = await change());
  expect(status).toBe(200);
  // Long before the server drops the session itself, after 20 s.
  expect(Date.now() - from).toBeLessThan(10_000);
});
