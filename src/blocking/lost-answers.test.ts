import { expect, it } from "vitest";
import { api, signUp } from "../testing/api.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";

healAfterEach();

it("a rule whose deletion was answered into the void is gone for the phone that asks again", async () => {
  const ada = await signUp();
  const { body: rule } = await api(ada).post<{ id: string }>("/blocked", {
    app: "x.com",
    daily_limit_minutes: 0,
  });
  // As often as it is asked: somebody else's COMMIT in the background may come first.
  await mysqlFails({ mode: "lost", match: "^commit" });
  expect((await api(ada).delete(`/blocked/${rule.id}`)).status).toBe(503);
  await mysqlFails();
  expect((await api(ada).delete(`/blocked/${rule.id}`)).status).toBe(404);
  expect((await api(ada).get("/blocked")).body).toMatchObject({ data: [] });
  expect((await api(ada).get("/blocked/decisions")).body).toMatchObject({
    decisions: [],
    rules: [],
  });
});
