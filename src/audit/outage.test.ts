import { describe, expect, it } from "vitest";
import { api, freshEmail, signIn, signUp } from "../testing/api.ts";
import { awaitLogs, logsAbout, logsOfRequest, visit } from "../testing/visit.ts";
import { until } from "../testing/until.ts";
import { healAfterEach, mysqlFails, mysqlFaultsLeft } from "../testing/faults.ts";

healAfterEach();

const rule = { app: "instagram", daily_limit_minutes: 60 };
/** What the queue's consumer asks MySQL first; a plain SELECT is tried three times unseen. */
const LOOKING_UP = "^select .* from `users` left join `erasures`";

describe("while MySQL is away", () => {
  it("failures are taken by the queue, and stand once it is back", async () => {
    const ada = await signUp();
    const made = await api(ada).post<{ id: string }>("/blocked", { ...rule, strict: true });
    const guesses = freshEmail();
    for (let guess = 0; guess < 10; guess += 1) {
      await visit().call("POST", "/auth/login", { email: guesses, password: "a wrong password" });
    }
    const token = { token: "a.token.that.never.was" };
    await mysqlFails({ mode: "refused" });
    const failures = [
      { of: visit(), path: "/auth/verify-email", body: token, status: 400 },
      { of: visit(), path: "/webhooks/postmark", body: {}, status: 401 },
      { of: visit(ada), path: `/blocked/${made.body.id}/reset`, body: undefined, status: 409 },
      {
        of: visit(),
        path: "/auth/login",
        body: { email: guesses, password: "a wrong password" },
        status: 429,
      },
    ];
    for (const { of, path, body, status } of failures) {
      expect((await of.call("POST", path, body)).status).toBe(status);
    }
    // The queue hands them over at least once while nobody can write them down.
    await mysqlFails(
      { mode: "refused", match: LOOKING_UP, times: 3 },
      { mode: "refused", match: "into `audit_logs`" },
    );
    await until("the consumer has failed", async () => (await mysqlFaultsLeft()).length === 1);
    for (const { of } of failures) expect(await logsOfRequest(of.request_id)).toEqual([]);
    await mysqlFails();
    const actions = [];
    for (const { of } of failures) {
      const logs = await awaitLogs(of.request_id);
      expect(logs).toMatchObject([{ ip: of.ip, level: expect.any(String) as "info" }]);
      actions.push(...logs.map(({ action }) => action));
    }
    expect(actions).toEqual([
      "auth.mail_token_refused",
      "mail.webhook_refused",
      "blocking.reset_refused",
      "auth.login_refused",
    ]);
  }, 60_000);

  it("a reset is done all the same, and told of once it is back", async () => {
    const ada = await signUp();
    const { body } = await api(ada).post<{ id: string }>("/blocked", rule);
    await mysqlFails({ mode: "refused" });
    const of = visit(ada);
    expect((await of.call("POST", `/blocked/${body.id}/reset`)).status).toBe(200);
    await mysqlFails();
    expect(await awaitLogs(of.request_id)).toMatchObject([{ action: "blocking.rule_reset" }]);
  });
});

describe("an act that MySQL takes part in", () => {
  it("does not happen where it cannot be written down", async () => {
    const ada = await signUp();
    const { body } = await api(ada).post<{ id: string }>("/blocked", rule);
    // By id: what the queue still holds of the sign-in comes in between, wherever it belongs.
    const before = new Set((await logsAbout(ada.id)).map(({ id }) => id));
    await mysqlFails({ mode: "refused", match: "into `audit_logs`" });
    const calls = [
      ["PUT", "/users/me", { display_name: "Zoé" }],
      ["PUT", `/blocked/${body.id}`, { daily_limit_seconds: 60 }],
      ["POST", "/challenges", { name: "Less", start_date: "2026-12-20", end_date: "2026-12-21" }],
      [
        "PUT",
        "/users/me/password",
        { current_password: ada.password, new_password: "x y z x y z" },
      ],
      ["DELETE", "/users/me", { password: ada.password }],
    ] as const;
    for (const [method, path, asked] of calls)
      expect((await visit(ada).call(method, path, asked)).status, path).toBe(503);
    await mysqlFails();
    await signIn(ada);
    expect((await api(ada).get("/users/me")).body).toMatchObject({ display_name: "Ada" });
    expect((await api(ada).get(`/blocked/${body.id}`)).body).toMatchObject({
      daily_limit_seconds: 3_600,
    });
    const since = (await logsAbout(ada.id)).filter(({ id }) => !before.has(id));
    expect(since.map(({ action }) => action).filter((one) => one !== "auth.logged_in")).toEqual([]);
  });

  it("stands once with its row, also where the answer to its COMMIT was lost", async () => {
    const ada = await signUp();
    await mysqlFails({ mode: "lost", match: "^commit" });
    const put = async () =>
      (await visit(ada).call("PUT", "/users/me", { display_name: "Zoé" })).status;
    expect(await put()).toBe(503);
    await mysqlFails();
    expect(await put()).toBe(200);
    const rows = (await logsAbout(ada.id)).filter(({ action }) => action === "users.changed");
    expect(rows).toHaveLength(1);
  });
});
