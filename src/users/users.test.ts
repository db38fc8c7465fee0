import { describe, expect, it } from "vitest";
import { api, call, signIn, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";

restoreClockAfterEach();

describe("the caller's account", () => {
  it("changes what is named and keeps the rest", async () => {
    const ada = await signUp({ timezone: "Europe/Paris" });
    const changed = await api(ada).put("/users/me", {
      display_name: "  Ada L.  ",
      week_start: 7,
      settings: { daily_reminder: { enabled: true } },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        display_name: "Ada L.",
        week_start: 7,
        timezone: "Europe/Paris",
        settings: { daily_reminder: { enabled: true, time: "20:00" }, limit_emails: true },
      },
    });
    expect((await api(ada).get("/users/me")).body).toEqual(changed.body);
  });

  it.each([
    ["email", "eve@example.com"],
    ["role", "admin"],
    ["is_active", false],
    ["timezone", "Europe/Atlantis"],
    ["day_start_minute", 720],
    ["week_start", 0],
    ["display_name", "a\u0000b"],
  ])("refuses to set %s to %j", async (field, value) => {
    const ada = await signUp();
    const refused = await api(ada).put<{ errors: { path: string }[] }>("/users/me", {
      [field]: value,
    });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0]?.path).toBe(field);
  });
});

describe("the exact rate limit", () => {
  it("lets 100 of 150 requests at once pass, all devices of a user together", async () => {
    const clock = fixedClock(Date.now());
    const phone = await signUp();
    const tablet = await signIn(phone);
    const answers = await Promise.all(
      Array.from(
        { length: 150 },
        async (_, n) => await api(n % 2 ? phone : tablet).get("/activities/today"),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get("retry-after")).toBe("60");
    expect(refused?.headers.get("ratelimit-policy")).toBe('"user";q=100;w=60');
    clock.advance(60_000);
    const next = await api(phone).get("/activities/today");
    expect(next.headers.get("ratelimit")).toBe('"user";r=99;t=60');
  });
});

describe("a refused request", () => {
  const unread: [string, string, unknown, number][] = [
    ["POST", "/activities", {}, 422],
    ["POST", "/activities", "{oops", 400],
    ["DELETE", "/activities/not-an-id", undefined, 404],
    ["GET", "/activities?cursor=made-up", undefined, 400],
  ];

  it.each(unread)("(%s %s, with %j) counts like any other", async (method, path, body, status) => {
    fixedClock(Date.now());
    const ada = await signUp();
    const headers = { authorization: `Bearer ${ada.access_token}` };
    const refused = await call(method, path, body, headers);
    expect([refused.status, refused.headers.get("ratelimit")]).toEqual([
      status,
      '"user";r=99;t=60',
    ]);
    const next = await api(ada).get("/activities/today");
    expect(next.headers.get("ratelimit")).toBe('"user";r=98;t=60');
  });

  it.each(unread)(
    "(%s %s, with %j) of an ended session hears of that",
    async (method, path, body) => {
      const ada = await signUp();
      const headers = { authorization: `Bearer ${ada.access_token}` };
      await call("POST", "/auth/logout", { refresh_token: ada.refresh_token });
      const refused = await call(method, path, body, headers);
      expect(refused).toMatchObject({ status: 401, body: { code: "session_ended" } });
    },
  );
});

describe("whoever knocks without a session", () => {
  it.each([
    [{}, "access_token_missing"],
    [{ authorization: "Bearer x" }, "access_token_invalid"],
    [{ authorization: "Basic abc" }, "access_token_invalid"],
    [{ authorization: "Bearer a.b.c" }, "access_token_invalid"],
  ])("with %j is told %s", async (headers, code) => {
    const answer = await call("GET", "/users/me", undefined, headers as Record<string, string>);
    expect(answer).toMatchObject({ status: 401, body: { code } });
  });

  it("is refused with a token that has expired", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    clock.advance(1_801_000);
    expect((await api(ada).get("/users/me")).body).toMatchObject({ code: "access_token_invalid" });
  });
});
