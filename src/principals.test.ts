import { exports } from "cloudflare:workers";
import { Client } from "@planetscale/database";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { api, call, freshEmail, signIn, signUp, type TestUser } from "./testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "./testing/clock.ts";
import { askFor, routesIn, type Made } from "./testing/recipes.ts";

restoreClockAfterEach();

/** Whoever has a live session: how they stand to the things that `owner` made. */
const PRINCIPALS = ["other", "ex_member", "admin", "member", "owner"] as const;
type Principal = (typeof PRINCIPALS)[number];
type Cells = Record<Principal, number>;
const everybody = (status: number): Cells => ({
  owner: status,
  other: status,
  member: status,
  ex_member: status,
  admin: status,
});
/** Other people's things are not there: for nobody, an administrator included. */
const ownerAlone = (status: number): Cells => ({ ...everybody(404), owner: status });
/** What only an administrator may. */
const adminAlone = (status: number): Cells => ({ ...everybody(403), admin: status });
/** A private challenge is there for those in it. */
const thoseIn = (status: number): Cells => ({ ...ownerAlone(status), member: status });
const days = { start_date: "2026-03-20", end_date: "2026-03-21" };
/** What a row's things are apart from those that are made: of no use to it, or wrong. */
const nothing: Made = {
  activity: "",
  rule: "",
  session: "",
  account: "",
  challenge: "",
  joinable: "",
  invite_code: "ABCDEFGH",
  over: "",
  email: "",
  password: "not the password",
  new_email: "new@example.com",
  refresh_token: "",
  verify_token: "",
  reset_token: "",
  unsubscribe_token: "",
  avatar: "",
  used_at: "2026-03-10T11:00:00Z",
  ...days,
};

/** Every route that needs a session × everybody who has one. A route without a row fails. */
const table: Record<string, Cells> = {
  "POST /auth/ticket": everybody(200),
  "GET /users/me": everybody(200),
  "PUT /users/me": everybody(200),
  "GET /users/me/stats": everybody(200),
  // The password is asked for, and is wrong.
  "DELETE /users/me": everybody(422),
  "PUT /users/me/password": everybody(422),
  "PUT /users/me/email": everybody(422),
  "PUT /users/me/avatar": everybody(200),
  "DELETE /users/me/avatar": everybody(200),
  "GET /users/me/live": everybody(101),
  "GET /users/me/sessions": everybody(200),
  "DELETE /users/me/sessions/{id}": ownerAlone(204),
  "DELETE /users/me/sessions": everybody(204),
  "POST /activities": everybody(201),
  "GET /activities": everybody(200),
  "GET /activities/today": everybody(200),
  "GET /activities/stats/daily": everybody(200),
  "GET /activities/stats/weekly": everybody(200),
  "GET /activities/stats/apps": everybody(200),
  "GET /activities/resume": everybody(200),
  "DELETE /activities/{id}": ownerAlone(204),
  "POST /blocked": everybody(201),
  "GET /blocked": everybody(200),
  "GET /blocked/decisions": everybody(200),
  "GET /blocked/{id}": ownerAlone(200),
  "PUT /blocked/{id}": ownerAlone(200),
  "DELETE /blocked/{id}": ownerAlone(204),
  "POST /blocked/{id}/reset": ownerAlone(200),
  "POST /challenges": everybody(201),
  "GET /challenges": everybody(200),
  "GET /challenges/my-challenges": everybody(200),
  "GET /challenges/{id}": thoseIn(200),
  "GET /challenges/{id}/leaderboard": thoseIn(200),
  "GET /challenges/{id}/live": thoseIn(101),
  // The code is a made-up one.
  "POST /challenges/{id}/join": thoseIn(409),
  "POST /challenges/join": everybody(404),
  // Who is in it may read it; to change it is the owner's alone.
  "PUT /challenges/{id}": ownerAlone(200),
  "DELETE /challenges/{id}": ownerAlone(204),
  "POST /challenges/{id}/complete": ownerAlone(409),
  "POST /challenges/{id}/invite-code": ownerAlone(200),
  "POST /challenges/{id}/leave": thoseIn(204),
  "GET /admin/stats/overview": adminAlone(200),
  "GET /admin/stats/users-growth": adminAlone(200),
  "GET /admin/stats/app-usage": adminAlone(200),
  "GET /admin/system/health": adminAlone(200),
  "GET /admin/users": adminAlone(200),
  "GET /admin/users/{id}": adminAlone(200),
  "PUT /admin/users/{id}": adminAlone(200),
  "DELETE /admin/users/{id}": adminAlone(204),
  "PATCH /admin/users/{id}/deactivate": adminAlone(200),
  "PATCH /admin/users/{id}/activate": adminAlone(200),
  "GET /admin/challenges": adminAlone(200),
  "DELETE /admin/challenges/{id}": adminAlone(204),
  "GET /admin/logs": adminAlone(200),
  "GET /admin/logs/stats": adminAlone(200),
  "DELETE /admin/logs/cleanup": adminAlone(200),
};

let people: Record<Principal, TestUser>;
let signed_up_at = 0;

beforeAll(async () => {
  const clock = fixedClock("2026-03-10T12:00:00Z");
  const [owner, other, member, ex_member, admin] = [
    await signUp(),
    await signUp(),
    await signUp(),
    await signUp(),
    await signUp(),
  ];
  await new Client({ url: inject("planetscaleUrl") }).execute(
    "update users set role = 'admin' where id = ?",
    [admin.id],
  );
  people = { owner, other, member, ex_member, admin: { ...admin, ...(await signIn(admin)) } };
  signed_up_at = clock.now();
});

/** A challenge is made only for those rows that ask for one: nobody may have more than 20. */
async function makeChallenge(): Promise<string> {
  const { owner, member, ex_member } = people;
  const made = await api(owner).post<{ id: string; invite_code: string }>("/challenges", {
    name: "Ours",
    visibility: "private",
    ...days,
  });
  const { id, invite_code } = made.body;
  for (const one of [member, ex_member]) {
    await api(one).post(`/challenges/${id}/join`, { invite_code });
  }
  await api(ex_member).post(`/challenges/${id}/leave`);
  return id;
}

/** What the owner has made before a row is tried. */
async function makeThings(route: string): Promise<Made> {
  const { owner } = people;
  const activity = await api(owner).post<{ activity: { id: string } }>("/activities", {
    app: "x.com",
    started_at: "2026-03-10T10:00:00Z",
    duration_seconds: 60,
  });
  const rule = await api(owner).post<{ id: string }>("/blocked", {
    app: "x.com",
    daily_limit_minutes: 5,
  });
  const session = await signIn(owner);
  const sessions = await api(session).get<{ data: { id: string; is_current: boolean }[] }>(
    "/users/me/sessions",
  );
  const challenge = route.includes("/challenges/{id}") ? await makeChallenge() : "";
  return {
    ...nothing,
    activity: activity.body.activity.id,
    rule: rule.body.id,
    session: sessions.body.data.find((one) => one.is_current)?.id ?? "",
    // Somebody who is none of those that try.
    account: route.includes("/users/{id}") ? (await signUp()).id : "",
    challenge,
    joinable: challenge,
    over: challenge,
  };
}

describe("every route and everybody who is signed in", () => {
  it("has a row for each route that asks for a session", async () => {
    const answer = await exports.default.fetch(new Request("http://localhost/openapi.json"));
    const routes = routesIn(
      await answer.json<{ paths: Record<string, Record<string, { security: object[] }>> }>(),
    );
    const guarded = [...routes].filter(([, { security }]) => security?.length > 0);
    expect(Object.keys(table).sort()).toEqual(guarded.map(([route]) => route).sort());
  });

  it.each(Object.keys(table).map((route, index) => ({ route, index })))(
    "$route",
    async ({ route, index }) => {
      // Each row has a quarter of a minute of its own: nobody's 100 requests a minute run out.
      fixedClock(signed_up_at + (index + 1) * 15_000);
      const things = await makeThings(route);
      const { method, path, headers, body } = askFor(route, things);
      const answers: Partial<Cells> = {};
      // The owner comes last: what they do may be the end of the thing.
      for (const who of PRINCIPALS) {
        const authorization = `Bearer ${people[who].access_token}`;
        const answer = await exports.default.fetch(
          new Request(`http://localhost${path}`, {
            method,
            headers: { authorization, ...headers },
            ...(body !== undefined && { body }),
          }),
        );
        answers[who] = answer.status;
        answer.webSocket?.accept();
        answer.webSocket?.close();
      }
      expect(answers).toEqual(table[route]);
    },
  );

  it("gives no session to who has not confirmed their address", async () => {
    const account = { email: freshEmail(), password: "a password that is long enough" };
    await call("POST", "/auth/register", { ...account, display_name: "Una" });
    expect(await call("POST", "/auth/login", account)).toMatchObject({
      status: 403,
      body: { code: "email_not_verified" },
    });
  });
});
