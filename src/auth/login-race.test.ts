import { describe, expect, it } from "vitest";
import { api, call, signUp } from "../testing/api.ts";
import { healAfterEach, mysqlFails, mysqlFaultsLeft } from "../testing/faults.ts";
import { soon } from "../testing/until.ts";

healAfterEach();

describe("a sign-in that was checked against the old password", () => {
  it("opens no session once the password is changed", async () => {
    const ada = await signUp();
    const { email, password } = ada;
    // By now the password was found right, and its session is on its way to MySQL.
    await mysqlFails({ mode: "slow", match: "^insert into `sessions`", times: 1, delay_ms: 1_500 });
    const signingIn = call<{ code: string }>("POST", "/auth/login", { email, password });
    await soon(async () => expect(await mysqlFaultsLeft()).toEqual([]));
    const new_password = `another horse of ${ada.id}`;
    const changed = await api(ada).put("/users/me/password", {
      current_password: password,
      new_password,
    });
    expect(changed.status).toBe(204);
    expect(await signingIn).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect((await call("POST", "/auth/login", { email, password: new_password })).status).toBe(200);
  });
});
