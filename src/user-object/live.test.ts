import { evictDurableObject } from "cloudflare:test";
import { Client } from "@planetscale/database";
import { decodeJwt } from "jose";
import { describe, expect, inject, it } from "vitest";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, call, signIn, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { closeSocketsAfterEach, knockOwn, listen, Listener } from "../testing/own-socket.ts";
import { soon } from "../testing/until.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();
closeSocketsAfterEach();

const NOON = "2026-03-10T12:00:00Z";

const bearer = (user: TestUser) => ({ authorization: `Bearer ${user.access_token}` });
const hourOfInstagram = { app: "com.instagram.android", daily_limit_minutes: 60 };
const use = (minutes: number) => ({
  app: "com.instagram.android",
  started_at: "2026-03-10T10:00:00Z",
  duration_seconds: minutes * 60,
});

async function policyVersion(user: TestUser): Promise<string> {
  const { body } = await api(user).get<{ policy_version: string }>("/blocked/decisions");
  return body.policy_version;
}

async function ticketOf(user: TestUser): Promise<string> {
  const { body } = await api(user).post<{ ticket: string }>("/auth/ticket");
  return `?ticket=${encodeURIComponent(body.ticket)}`;
}

describe("a phone that connects", () => {
  it("is greeted with the version of what it may block, the same that decisions bear", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const phone = await listen(ada);
    expect(phone.frames).toEqual([{ type: "policy", policy_version: await policyVersion(ada) }]);
    await api(ada).post("/blocked", hourOfInstagram);
    await soon(() => expect(phone.frames).toHaveLength(2));
    expect(phone.last).toEqual({ type: "policy", policy_version: await policyVersion(ada) });
  });

  it("hears after a reconnect how things stand, and nothing for what it says else", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const phone = await listen(ada);
    for (const said of ["no JSON", "[]", '{"type":"nonsense"}', "null"]) phone.socket.send(said);
    phone.socket.send(JSON.stringify({ type: "resume" }));
    await soon(() => expect(phone.frames).toHaveLength(2));
    expect(phone.frames[1]).toEqual(phone.frames[0]);
    expect(phone.closed).toBeNull();
  });

  it("is answered pong, however often it pings", async () => {
    fixedClock(NOON);
    const phone = await listen(await signUp());
    for (let n = 0; n < 50; n += 1) phone.socket.send("ping");
    await soon(() => expect(phone.pongs).toBe(50));
    expect(phone.closed).toBeNull();
  });

  it("stays through its object's sleep, and hears the next alert", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    await api(ada).post("/blocked", hourOfInstagram);
    const phone = await listen(ada);
    await evictDurableObject(userStub(ada), { webSockets: "hibernate" });
    await api(ada).post("/activities", use(50));
    await soon(() => expect(phone.of("alert")).toHaveLength(1));
    expect(phone.of("alert")).toMatchObject([{ percent: 80, used_seconds: 3_000 }]);
    await evictDurableObject(userStub(ada), { webSockets: "hibernate" });
    phone.socket.send("ping");
    phone.socket.send(JSON.stringify({ type: "resume" }));
    await soon(() => expect([phone.pongs, phone.last?.type]).toEqual([1, "policy"]));
    expect(phone.closed).toBeNull();
  });
});

describe("the door of a user's own socket", () => {
  it("turns away with a problem whoever may not come in", async () => {
    const ada = await signUp();
    const ended = { ...ada, ...(await signIn(ada)) };
    await call("POST", "/auth/logout", { refresh_token: ended.refresh_token });
    const evil = { ...bearer(ada), origin: "https://evil.example" };
    const cases: [number, string, Record<string, string>, string?][] = [
      [400, "upgrade_needed", { ...bearer(ada), upgrade: "h2c" }],
      [401, "access_token_missing", {}],
      [401, "access_token_invalid", { authorization: "Bearer a.b.c" }],
      [401, "access_token_invalid", {}, "?ticket=nonsense"],
      [401, "session_ended", bearer(ended)],
      [403, "origin_not_allowed", evil],
    ];
    for (const [status, code, headers, query] of cases) {
      const answer = await knockOwn(headers, query);
      expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
    }
    const page = await knockOwn({ ...bearer(ada), origin: "http://localhost:3000" });
    expect(page.status).toBe(101);
    expect(new Listener(page.webSocket!).closed).toBeNull();
  });

  it("opens by a ticket, once and for 30 s", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const ticket = await ticketOf(ada);
    const opened = await Promise.all(
      Array.from({ length: 5 }, async () => await knockOwn({}, ticket)),
    );
    const statuses = opened.map(({ status }) => status);
    expect(statuses.filter((status) => status === 101)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(4);
    const phone = new Listener(opened.find(({ webSocket }) => webSocket)!.webSocket!);
    await soon(() => expect(phone.last?.type).toBe("policy"));
    const [inTime, late] = [await ticketOf(ada), await ticketOf(ada)];
    clock.advance(29_999);
    const second = await knockOwn({}, inTime);
    expect(second.status).toBe(101);
    expect(new Listener(second.webSocket!).closed).toBeNull();
    clock.advance(1);
    expect((await knockOwn({}, late)).status).toBe(401);
  });

  it("lets a user have five sockets and not a sixth, until one of them goes", async () => {
    fixedClock(NOON);
    const [ada, bob] = [await signUp(), await signUp()];
    const phones: Listener[] = [];
    for (let n = 0; n < 5; n += 1) phones.push(await listen(ada));
    const sixth = await knockOwn(bearer(ada));
    expect([sixth.status, await sixth.json()]).toMatchObject([
      429,
      { code: "too_many_own_sockets" },
    ]);
    expect(Number(sixth.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await listen(bob)).last?.type).toBe("policy");
    phones[2]?.socket.close(1000);
    await soon(async () => expect((await listen(ada)).last?.type).toBe("policy"));
  });

  it("gives the seat of a socket that the server closed to the next one", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const phones: Listener[] = [];
    for (let n = 0; n < 5; n += 1) phones.push(await listen(ada));
    for (let n = 0; n < 21; n += 1) phones[0]?.socket.send("{}");
    await soon(() => expect(phones[0]?.closed).toBe(4429));
    expect((await listen(ada)).last?.type).toBe("policy");
  });
});

describe("a user's own socket is closed", () => {
  it("for the session that ends, and for no other", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const tablet = { ...ada, ...(await signIn(ada)) };
    const [onPhone, onTablet] = [await listen(ada), await listen(tablet)];
    await call("POST", "/auth/logout", { refresh_token: tablet.refresh_token });
    await soon(() => expect(onTablet.closed).toBe(4401));
    expect(onPhone.closed).toBeNull();
  });

  it("by a change of the password, but for the session that changed it", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const tablet = { ...ada, ...(await signIn(ada)) };
    const [onPhone, onTablet] = [await listen(ada), await listen(tablet)];
    const { status } = await api(ada).put("/users/me/password", {
      current_password: ada.password,
      new_password: "a wholly different horse",
    });
    expect(status).toBe(204);
    await soon(() => expect(onTablet.closed).toBe(4401));
    expect(onPhone.closed).toBeNull();
  });

  it("when the account is disabled, and stays shut", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const phone = await listen(ada);
    const mysql = new Client({ url: inject("planetscaleUrl") });
    await mysql.execute("update users set is_active = 0 where id = ?", [ada.id]);
    expect(await userStub(ada).reload(ada.id)).toBe(true);
    await soon(() => expect(phone.closed).toBe(4403));
    expect((await knockOwn(bearer(ada))).status).toBe(403);
  });

  it("also for one on its way in while the account is being disabled", async () => {
    fixedClock(NOON);
    const ada = await signUp();
    const mysql = new Client({ url: inject("planetscaleUrl") });
    await mysql.execute("update users set is_active = 0 where id = ?", [ada.id]);
    await userStub(ada).reload(ada.id);
    const session_id = decodeJwt<{ sid: string }>(ada.access_token).sid;
    // What the Worker asks for once the door has let the caller pass.
    const seat = { user_id: ada.id, session_id, expires_at: Date.now() + MINUTE_MS };
    const answer = await userStub(ada).fetch("https://user/live", {
      headers: { upgrade: "websocket", "x-seat": JSON.stringify(seat) },
    });
    expect(answer.webSocket).toBeNull();
    expect(answer.status).toBe(403);
  });

  it("with the account that is deleted", async () => {
    const ada = await signUp();
    const phone = await listen(ada);
    expect((await api(ada).delete("/users/me", { password: ada.password })).status).toBe(204);
    await soon(() => expect(phone.closed).toBe(4401));
  });

  it("when its token expires, each at its time", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const first = await listen(ada);
    clock.advance(20 * MINUTE_MS);
    const second = await listen({ ...ada, ...(await signIn(ada)) });
    clock.advance(10 * MINUTE_MS - 1);
    await doWhatIsDue(userStub(ada));
    await first.catchUp();
    expect(first.closed).toBeNull();
    clock.advance(1);
    await doWhatIsDue(userStub(ada));
    await soon(() => expect(first.closed).toBe(4401));
    await second.catchUp();
    expect(second.closed).toBeNull();
    clock.advance(20 * MINUTE_MS);
    await doWhatIsDue(userStub(ada));
    await soon(() => expect(second.closed).toBe(4401));
  });

  it("for who floods it: the twenty-first message in 10 s, and more than 1 KiB", async () => {
    const clock = fixedClock(NOON);
    const ada = await signUp();
    const [chatty, patient, long, atTheEdge] = [
      await listen(ada),
      await listen(ada),
      await listen(ada),
      await listen(ada),
    ];
    for (let n = 0; n < 20; n += 1) patient.socket.send("{}");
    atTheEdge.socket.send("é".repeat(512));
    await atTheEdge.catchUp();
    for (let n = 0; n < 21; n += 1) chatty.socket.send("{}");
    long.socket.send(`${"é".repeat(512)}x`);
    await soon(() => expect([chatty.closed, long.closed]).toEqual([4429, 4429]));
    clock.advance(10_000);
    await patient.catchUp();
    expect([patient.closed, atTheEdge.closed]).toEqual([null, null]);
  });
});
