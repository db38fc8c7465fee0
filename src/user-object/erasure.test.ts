import { evictDurableObject } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { api, call, freshEmail, mailsTo, signIn, signUp, type TestUser } from "../testing/api.ts";
import { closeViewersAfterEach, viewBoard } from "../testing/board-viewer.ts";
import { makeChallenge } from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { testDatabase } from "../testing/database.ts";
import { keptIn, untilErased } from "../testing/traces.ts";
import { soon } from "../testing/until.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();
closeViewersAfterEach();

const remove = async (user: TestUser, password = user.password) =>
  await api(user).delete("/users/me", { password });

describe("an erased account", () => {
  it("is unknown from the next request on, and its address free at once", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const tablet = await signIn(ada);
    expect((await remove(ada)).status).toBe(204);
    for (const device of [ada, tablet]) {
      expect(await api(device).get("/activities/today")).toMatchObject({
        status: 401,
        body: { code: "session_ended" },
      });
    }
    const answers = [];
    for (const email of [ada.email, freshEmail()]) {
      const { status, body } = await call("POST", "/auth/login", {
        email,
        password: ada.password,
      });
      answers.push({ status, body: { ...(body as object), request_id: "" } });
    }
    expect(answers[0]).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect(answers[0]).toEqual(answers[1]);
    const { refresh_token } = tablet;
    expect((await call("POST", "/auth/refresh", { refresh_token })).status).toBe(401);

    const { email, password } = ada;
    await call("POST", "/auth/register", { email, password, display_name: "Ada again" });
    const verifications = async () =>
      (await mailsTo(email)).filter(({ tag }) => tag === "verification");
    await soon(async () => expect(await verifications()).toHaveLength(2));
    const token = /token=([\w.-]+)/.exec((await verifications())[0]?.text ?? "")?.[1];
    expect((await call("POST", "/auth/verify-email", { token })).status).toBe(200);
    const anew = await signIn(ada);
    expect(anew.id).not.toBe(ada.id);
    await untilErased(ada.id, clock);
    expect((await api(anew).get("/users/me")).body).toMatchObject({ display_name: "Ada again" });
  });

  it("stays empty, however often its old tokens wake its object", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const tablet = await signIn(ada);
    await remove(ada);
    await untilErased(ada.id, clock);
    for (const device of [ada, tablet, ada]) {
      expect((await api(device).get("/users/me")).status).toBe(401);
      expect((await api(device).post("/activities", { items: [] })).status).toBe(401);
      await untilErased(ada.id, clock);
      expect((await api(device).get("/users/me")).status).toBe(401);
      expect(await keptIn(userStub(ada))).toBe("");
      await evictDurableObject(userStub(ada));
    }
  }, 60_000);

  it("closes its sockets within 5 s, and others see the entry go", async () => {
    const clock = fixedClock("2026-03-02T12:00:00Z");
    const [ada, bob] = [await signUp({ display_name: "Ada" }), await signUp()];
    const twoDays = { start_date: "2026-03-02", end_date: "2026-03-03" };
    const { id } = await makeChallenge(bob, twoDays, [ada]);
    const mine = await viewBoard(ada, id);
    const his = await viewBoard(bob, id);
    await soon(() => expect(his.frames.at(-1)).toMatchObject({ total: 2 }));
    const from = Date.now();
    expect((await remove(ada)).status).toBe(204);
    await soon(() => expect(mine.closed).toBe(4401));
    expect(Date.now() - from).toBeLessThan(5_000);
    await untilErased(ada.id, clock);
    await soon(() => expect(his.frames.at(-1)).toMatchObject({ total: 1 }));
    expect(JSON.stringify(his.frames.at(-1))).not.toContain(ada.id);
    expect(his.closed).toBeNull();
  });
});

describe("deleting one's account", () => {
  it("needs the password, and counts wrong ones before they are hashed", async () => {
    fixedClock(Date.now());
    const ada = await signUp();
    expect(await remove(ada, "not the password")).toMatchObject({
      status: 422,
      body: { code: "invalid_fields", errors: [{ path: "password" }] },
    });
    for (const body of [undefined, {}, { password: 0 }, { password: ada.password, sure: true }]) {
      expect([400, 415, 422]).toContain((await api(ada).delete("/users/me", body)).status);
    }
    for (let tries = 1; tries < 10; tries += 1) await remove(ada, `guess ${tries}`);
    expect(await remove(ada)).toMatchObject({
      status: 429,
      body: { code: "too_many_attempts" },
    });
    // Guesses of a live session are counted apart from those at the address.
    await signIn(ada);
    expect((await api(ada).get("/users/me")).status).toBe(200);
  });

  it("is refused to the last administrator, also when two go at once", async () => {
    await testDatabase().execute("update users set role = 'user' where role = 'admin'");
    for (let rounds = 0; rounds < 5; rounds += 1) {
      const admins = [await signUp(), await signUp()];
      await testDatabase().execute("update users set role = 'admin' where id in (:ids)", {
        ids: admins.map(({ id }) => id),
      });
      const answers = await Promise.all(admins.map(async (admin) => await remove(admin)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 409]));
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
        code: "last_admin",
      });
      const left = await testDatabase().execute(
        "select id from users where role = 'admin' and is_active",
      );
      expect(left.rows).toHaveLength(1);
      const [last] = left.rows as [{ id: string }];
      expect((await remove(admins.find(({ id }) => id === last.id)!)).status).toBe(409);
      await testDatabase().execute("update users set role = 'user' where id = ?", [last.id]);
    }
  });

  it("stands in the API's document with its body", async () => {
    const answer = await exports.default.fetch(new Request("http://localhost/openapi.json"));
    const { paths } = await answer.json<{ paths: Record<string, Record<string, unknown>> }>();
    expect(paths["/api/users/me"]?.["delete"]).toMatchObject({
      requestBody: { required: true },
      responses: { 204: {}, 401: {}, 409: {}, 422: {}, 429: {} },
    });
  });
});
